package org.rnn4j.formats.golden;

import java.util.Locale;

/** The file formats that a golden folder can name. */
public enum GoldenFormat {
  /** Prefix of .index and .data files, or the one file of version 1. */
  TF1_CHECKPOINT,
  /** A folder. */
  TF_SAVED_MODEL,
  /** A GraphDef. */
  TF_FROZEN_GRAPH,
  /** Whole models of Keras 1 and 2. */
  KERAS_H5,
  /** The .keras archive. */
  KERAS_V3,
  /** Weights alone. */
  KERAS_WEIGHTS_H5,
  /** A state_dict in safetensors. */
  PYTORCH_SAFETENSORS,
  /** A ZIP archive with a pickle. */
  PYTORCH_PT,
  /** A ModelProto. */
  ONNX,
  /** Arrays by name. */
  NPZ,
  /** A JSON manifest and one raw file a variable. */
  ML5_MANIFEST,
  /** RTNeural's own form, or a state_dict as JSON. */
  RTNEURAL_JSON;

  /** The word of golden.json. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

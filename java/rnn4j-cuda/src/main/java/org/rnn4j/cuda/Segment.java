package org.rnn4j.cuda;

import java.util.List;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/**
 * A part of a model that runs at one place as a model of its own. Values of other parts are inputs
 * of it.
 *
 * @param model the part
 * @param onDevice on the GPU, else on the CPU
 * @param inputs by input of the part: the value in the whole model
 * @param outputs by output of the part that somebody reads: the value in the whole model
 * @param slots by state slot of the part: the slot of the whole model
 * @param stepClass on the GPU: which of its inputs have steps that may not count, see {@link
 *     StepClasses}
 */
record Segment(
    RnnModel model,
    boolean onDevice,
    List<Port> inputs,
    List<Port> outputs,
    int[] slots,
    int stepClass) {
  /** For people. */
  String place() {
    return onDevice ? CudaBackend.NAME : "cpu";
  }
}

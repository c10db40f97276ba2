package org.rnn4j.formats.rnn4j;

import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;

/** Cells in the file form, each with all of its settings. Stateless. */
final class CellForms {
  private static final String LSTM = "lstm";
  private static final String GRU = "gru";
  private static final String RNN = "rnn";

  private CellForms() {}

  static void write(Cell cell, FormWriter out) {
    if (cell instanceof LstmCell lstm) {
      writeKernels(LSTM, cell, out);
      writeLstm(lstm, out);
    } else if (cell instanceof GruCell gru) {
      writeKernels(GRU, cell, out);
      out.tensor("recurrent_bias", gru.recurrentBias())
          .flag("reset_after", gru.resetAfter())
          .activation("gate_activation", gru.gateActivation())
          .activation("candidate_activation", gru.candidateActivation())
          .limit("preactivation_clip", gru.preactivationClip());
    } else if (cell instanceof RnnCell rnn) {
      writeKernels(RNN, cell, out);
      out.activation("activation", rnn.activation())
          .limit("preactivation_clip", rnn.preactivationClip());
    } else {
      throw new IllegalStateException("a cell without a form: " + cell.typeName());
    }
  }

  static Cell read(FormReader in) {
    String type = in.json().get("type").asString();
    Cell cell =
        switch (type) {
          case LSTM -> readLstm(in);
          case GRU ->
              new GruCell(
                  in.tensor("input_kernel"),
                  in.tensor("recurrent_kernel"),
                  in.optionalTensor("bias"),
                  in.optionalTensor("recurrent_bias"),
                  in.flag("reset_after"),
                  in.activation("gate_activation"),
                  in.activation("candidate_activation"),
                  in.limit("preactivation_clip"));
          case RNN ->
              new RnnCell(
                  in.tensor("input_kernel"),
                  in.tensor("recurrent_kernel"),
                  in.optionalTensor("bias"),
                  in.activation("activation"),
                  in.limit("preactivation_clip"));
          default -> throw in.json().get("type").expected("one of lstm, gru, rnn");
        };
    in.done();
    return cell;
  }

  private static void writeKernels(String type, Cell cell, FormWriter out) {
    out.type(type)
        .tensor("input_kernel", cell.inputKernel())
        .tensor("recurrent_kernel", cell.recurrentKernel())
        .tensor("bias", cell.bias());
  }

  private static void writeLstm(LstmCell cell, FormWriter out) {
    out.tensor("peephole", cell.peephole())
        .tensor("projection", cell.projection())
        .tensor("projection_bias", cell.projectionBias())
        .number("forget_bias", cell.forgetBias())
        .limit("cell_clip", cell.cellClip())
        .limit("projection_clip", cell.projectionClip())
        .limit("preactivation_clip", cell.preactivationClip())
        .flag("clip_output_activation", cell.clipOutputActivation())
        .word("coupling", cell.coupling())
        .activation("gate_activation", cell.gateActivation())
        .activation("candidate_activation", cell.candidateActivation())
        .activation("output_activation", cell.outputActivation())
        .word("output_of", cell.outputOf());
    LstmCell.LayerNorm norm = cell.layerNorm();
    if (norm != null) {
      out.begin("layer_norm")
          .tensor("gamma", norm.gamma())
          .number("epsilon", norm.epsilon())
          .flag("peephole_inside", norm.peepholeInside())
          .tensor("state_gamma", norm.stateGamma())
          .tensor("state_beta", norm.stateBeta())
          .end();
    }
  }

  private static LstmCell readLstm(FormReader in) {
    LstmCell.Builder cell =
        LstmCell.builder(in.tensor("input_kernel"), in.tensor("recurrent_kernel"))
            .bias(in.optionalTensor("bias"))
            .peephole(in.optionalTensor("peephole"))
            .projection(in.optionalTensor("projection"))
            .projectionBias(in.optionalTensor("projection_bias"))
            .forgetBias(in.number("forget_bias"))
            .cellClip(in.limit("cell_clip"))
            .projectionClip(in.limit("projection_clip"))
            .preactivationClip(in.limit("preactivation_clip"))
            .clipOutputActivation(in.flag("clip_output_activation"))
            .coupling(in.word("coupling", LstmCell.Coupling.class))
            .gateActivation(in.activation("gate_activation"))
            .candidateActivation(in.activation("candidate_activation"))
            .outputActivation(in.activation("output_activation"))
            .outputOf(in.word("output_of", LstmCell.OutputOf.class));
    FormReader norm = in.optionalObject("layer_norm");
    if (norm != null) {
      cell.layerNorm(
          new LstmCell.LayerNorm(
              norm.tensor("gamma"),
              norm.number("epsilon"),
              norm.flag("peephole_inside"),
              norm.optionalTensor("state_gamma"),
              norm.optionalTensor("state_beta")));
      norm.done();
    }
    return cell.build();
  }
}

package org.rnn4j.formats.keras;

import java.util.List;
import java.util.function.Consumer;

/** TimeDistributed: the layer, or model, in it sees one step at a time. */
final class WrapperLayers implements LayerTranslator {
  @Override
  public void check(LayerConfig c, KerasVersion version, Consumer<String> objections) {
    LayerConfig inner = c.inner("layer");
    if (inner == null) {
      throw c.config().expected("a layer");
    }
    if (RecurrentConfig.isRecurrent(inner)) {
      objections.accept(
          "a recurrent layer ("
              + inner.className()
              + ") inside TimeDistributed is not supported; run it on each part for itself");
    }
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    LayerConfig inner = call.to().inner(call.layer());
    LayerWeights weights = call.weights().child("layer", inner);
    List<Signal> in = call.inputs();
    for (Signal x : in) {
      if (call.shape(x).length < 2) {
        throw call.layer().json().expected("an input with steps");
      }
    }
    String mask = in.get(0).mask();
    List<Signal> out;
    if (inner.isModel()) {
      ModelGraph graph = call.to().graph(inner);
      out = call.to().run(graph, in, weights.model(graph), call.name() + "/", call.depth() + 1);
      if (out.contains(null)) {
        return null;
      }
    } else {
      out = KerasLayers.of(inner).translate(call.inner(inner, weights, in, 1));
    }
    return out.stream().map(s -> s.withMask(mask)).toList();
  }
}

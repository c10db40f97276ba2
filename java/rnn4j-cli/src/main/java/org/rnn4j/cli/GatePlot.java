package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.StepListener;

/** Collects gates and states of one row and draws a heat map of each: units down, time across. */
final class GatePlot implements StepListener {
  private static final double PANEL_WIDTH = 360;
  private static final double LEFT = 60;

  private final RnnModel model;
  private final int row;
  private final Map<String, List<Panel>> layers = new LinkedHashMap<>();

  /** One quantity of one layer: by time step, the values of all units. */
  private record Panel(String name, Map<Integer, float[]> steps) {}

  GatePlot(RnnModel model, int row) {
    this.model = model;
    this.row = row;
  }

  @Override
  public void onStep(
      String node, boolean backward, int r, int step, float[] gates, float[] h, float[] c) {
    if (r != row) {
      return;
    }
    Cell cell = ((Recurrent) model.node(node).layer()).cell(backward ? 1 : 0);
    String layer = node + (backward ? " (backward)" : "");
    List<Panel> panels = layers.computeIfAbsent(layer, name -> panels(cell));
    for (int g = 0; g < cell.gates(); g++) {
      panels
          .get(g)
          .steps
          .put(step, Arrays.copyOfRange(gates, g * cell.units(), (g + 1) * cell.units()));
    }
    panels.get(cell.gates()).steps.put(step, h.clone());
    if (c.length > 0) {
      panels.get(cell.gates() + 1).steps.put(step, c.clone());
    }
  }

  private static List<Panel> panels(Cell cell) {
    List<Panel> panels = new ArrayList<>();
    String[] names =
        switch (cell.gates()) {
          case 4 -> new String[] {"input gate i", "forget gate f", "candidate c~", "output gate o"};
          case 3 -> new String[] {"update gate z", "reset gate r", "candidate h~"};
          default -> new String[] {"activation"};
        };
    for (String name : names) {
      panels.add(new Panel(name, new LinkedHashMap<>()));
    }
    panels.add(new Panel("state h", new LinkedHashMap<>()));
    if (cell.cellStateSize() > 0) {
      panels.add(new Panel("cell state c", new LinkedHashMap<>()));
    }
    return panels;
  }

  /** How many heat maps there are. */
  int panels() {
    return layers.values().stream().mapToInt(List::size).sum();
  }

  void write(Path file) throws IOException {
    double height = 30;
    for (List<Panel> panels : layers.values()) {
      height += 30 + Math.ceil(panels.size() / 2.0) * (panelHeight(panels) + 46);
    }
    Svg svg = new Svg(2 * (PANEL_WIDTH + LEFT) + 40, height);
    double y = 20;
    for (Map.Entry<String, List<Panel>> layer : layers.entrySet()) {
      svg.text(20, y + 8, 15, "start", "layer " + layer.getKey());
      y += 30;
      List<Panel> panels = layer.getValue();
      for (int k = 0; k < panels.size(); k++) {
        draw(svg, panels.get(k), LEFT + k % 2 * (PANEL_WIDTH + LEFT), y + 14, panelHeight(panels));
        y += k % 2 == 1 || k == panels.size() - 1 ? panelHeight(panels) + 46 : 0;
      }
    }
    svg.write(file);
  }

  private static double panelHeight(List<Panel> panels) {
    int units = panels.get(0).steps.values().iterator().next().length;
    return Math.max(40, Math.min(220, 6.0 * units));
  }

  private static void draw(Svg svg, Panel panel, double x, double y, double height) {
    int first = panel.steps.keySet().stream().min(Integer::compare).orElse(0);
    int last = panel.steps.keySet().stream().max(Integer::compare).orElse(0);
    double limit = 1;
    for (float[] units : panel.steps.values()) {
      for (float v : units) {
        limit = Float.isFinite(v) ? Math.max(limit, Math.abs(v)) : limit;
      }
    }
    double w = PANEL_WIDTH / (last - first + 1);
    for (Map.Entry<Integer, float[]> step : panel.steps.entrySet()) {
      float[] units = step.getValue();
      double h = height / units.length;
      for (int u = 0; u < units.length; u++) {
        svg.rect(
            x + (step.getKey() - first) * w, y + u * h, w + 0.2, h + 0.2, colour(units[u] / limit));
      }
    }
    svg.frame(x, y, PANEL_WIDTH, height);
    svg.text(
        x,
        y - 4,
        12,
        "start",
        String.format(Locale.ROOT, "%s   blue -%.3g, white 0, red %.3g", panel.name, limit, limit));
    svg.text(x, y + height + 14, 10, "start", "t = " + first)
        .text(x + PANEL_WIDTH, y + height + 14, 10, "end", "t = " + last);
    svg.text(x - 4, y + 9, 10, "end", "unit 0");
  }

  /** Blue for -1, white for 0, red for 1; grey for NaN. */
  private static String colour(double v) {
    if (Double.isNaN(v)) {
      return "#999999";
    }
    int fade = (int) Math.round(255 * (1 - Math.min(1, Math.abs(v))));
    return v >= 0
        ? String.format(Locale.ROOT, "#ff%02x%02x", fade, fade)
        : String.format(Locale.ROOT, "#%02x%02xff", fade, fade);
  }
}

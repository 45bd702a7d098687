package org.lmconv.jobs.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Reads what is in the file of a report, without a browser. */
final class WrittenReport {
  private static final Pattern NUMBERS =
      Pattern.compile("<script type=\"application/json\" id=\"numbers\">(.*?)</script>");
  private static final Pattern IMAGE =
      Pattern.compile("<img class=\"\" src=\"data:image/png;base64,([^\"]+)\" alt=\"([^\"]*)\">");

  private final String html;
  private final JsonNode charts;

  WrittenReport(Path file) throws IOException {
    this.html = Files.readString(file);
    Matcher numbers = NUMBERS.matcher(html);
    if (!numbers.find()) {
      throw new AssertionError("no numbers in " + file);
    }
    this.charts = new ObjectMapper().readTree(numbers.group(1));
  }

  String html() {
    return html;
  }

  /** Without tags and the spaces around them, as a reader sees it. */
  String text() {
    return html.replaceAll("(?s)<(style|script).*?</\\1>", "")
        .replaceAll("<[^>]+>", " ")
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("&#39;", "'")
        .replaceAll("\\s+", " ");
  }

  List<String> chartIds() {
    return charts.findValuesAsText("id");
  }

  JsonNode chart(String id) {
    for (JsonNode chart : charts) {
      if (chart.get("id").asText().equals(id)) {
        return chart;
      }
    }
    throw new AssertionError("no chart " + id + ", only " + chartIds());
  }

  /** A series of a chart, by its place. */
  List<Double> y(String id, int series) {
    return doubles(chart(id).get("series").get(series).get("y"));
  }

  static List<Double> doubles(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(value -> values.add(value.isNull() ? null : value.asDouble()));
    return values;
  }

  /** The pictures whose description begins so. */
  List<BufferedImage> pictures(String description) throws IOException {
    List<BufferedImage> pictures = new ArrayList<>();
    Matcher image = IMAGE.matcher(html);
    while (image.find()) {
      if (image.group(2).startsWith(description)) {
        byte[] png = Base64.getDecoder().decode(image.group(1));
        pictures.add(ImageIO.read(new ByteArrayInputStream(png)));
      }
    }
    return pictures;
  }
}

package org.lmconv.jobs.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/** Writes a page as HTML, with styles, scripts, numbers and pictures in it. */
final class Html {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Html() {}

  /** The whole file. */
  static String of(RunPage page) {
    Map<String, Object> model = JSON.convertValue(page, new TypeReference<>() {});
    model.put("css", resource("report.css"));
    model.put("script", resource("report.js"));
    model.put("echarts", resource("echarts.min.js"));
    model.put("numbers", json(page));
    StringWriter html = new StringWriter();
    try {
      templates().getTemplate("report.ftlh").process(model, html);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException(e);
    }
    return html.toString();
  }

  /** Without "&lt;", which could end the element that it is in. */
  private static String json(RunPage page) {
    try {
      return JSON.writeValueAsString(page.charts()).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private static Configuration templates() {
    Configuration templates = new Configuration(Configuration.VERSION_2_3_34);
    templates.setClassForTemplateLoading(Html.class, "");
    templates.setDefaultEncoding(UTF_8.name());
    templates.setOutputFormat(HTMLOutputFormat.INSTANCE);
    templates.setNumberFormat("computer");
    templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    templates.setLogTemplateExceptions(false);
    return templates;
  }

  private static String resource(String name) {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

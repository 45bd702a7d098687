package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The manual, which makes promises that tests hold it to. */
public final class Docs {
  static final Path ROOT = Path.of("..");
  private static final Pattern COLUMN = Pattern.compile("\\| `(\\w+)` \\| ([a-z ]+) \\|.*\\|");

  private Docs() {}

  /** The lines of a page, such as "tables". */
  public static List<String> page(String name) throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/" + name + ".md"));
  }

  /**
   * The rows of the first table below a line, without its heading.
   *
   * @param above how that line, or the heading itself, begins
   */
  public static List<String> tableBelow(List<String> page, String above) {
    return page.stream()
        .dropWhile(line -> !line.startsWith(above))
        .dropWhile(line -> !line.startsWith("|"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  /**
   * The columns of a table of a run, in their sequence: name and type.
   *
   * @param table how its bold line begins
   */
  static List<String> columns(String table) throws IOException {
    return tableBelow(page("tables"), "**" + table).stream().map(Docs::column).toList();
  }

  private static String column(String line) {
    Matcher column = COLUMN.matcher(line);
    assertThat(column.matches()).as(line).isTrue();
    return column.group(1) + " " + column.group(2);
  }
}

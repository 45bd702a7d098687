package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README, which makes promises that tests hold it to. */
public final class Readme {
  private static final Pattern COLUMN = Pattern.compile("\\| `(\\w+)` \\| ([a-z ]+) \\|.*\\|");

  private Readme() {}

  static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("../README.md"));
  }

  /** The lines below a heading of the second level. */
  public static List<String> section(String heading) throws IOException {
    return lines().stream()
        .dropWhile(line -> !line.equals("## " + heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .toList();
  }

  /**
   * The columns of a table, in their sequence: name and type.
   *
   * @param table how its bold line begins
   */
  static List<String> columns(String table) throws IOException {
    return section("The tables").stream()
        .dropWhile(line -> !line.startsWith("**" + table))
        .dropWhile(line -> !line.startsWith("| "))
        .skip(2) // heading
        .takeWhile(line -> line.startsWith("|"))
        .map(Readme::column)
        .toList();
  }

  private static String column(String line) {
    Matcher column = COLUMN.matcher(line);
    assertThat(column.matches()).as(line).isTrue();
    return column.group(1) + " " + column.group(2);
  }
}

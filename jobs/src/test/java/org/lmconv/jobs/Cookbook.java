package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The SQL of the manual.
 *
 * @param blocks by title, which is the comment in their first line
 */
record Cookbook(Map<String, String> blocks) {
  private static final String VIEWS = "Views: ";

  static Cookbook read() throws IOException {
    List<String> page = Docs.page("sql-cookbook");
    Map<String, String> blocks = new LinkedHashMap<>();
    String text = String.join("\n", page);
    for (String part : text.split("```sql\n", -1)) {
      if (part.startsWith("-- ")) {
        String block = part.substring(0, part.indexOf("```"));
        String title = block.lines().findFirst().orElseThrow().substring("-- ".length());
        assertThat(blocks.put(title, block)).as(title + ", before").isNull();
      }
    }
    assertThat(blocks).as("all have titles").hasSize(fences(page));
    return new Cookbook(blocks);
  }

  private static int fences(List<String> lines) {
    return (int) lines.stream().filter(line -> line.strip().equalsIgnoreCase("```sql")).count();
  }

  /** The statements that make the views of an engine. */
  List<String> views(String engine) {
    return Arrays.stream((blocks.get(VIEWS + engine) + blocks.get(VIEWS + "both")).split(";\n"))
        .filter(statement -> !statement.isBlank())
        .toList();
  }

  /** Those that ask something. */
  Set<String> queries() {
    return blocks.keySet().stream()
        .filter(title -> !title.startsWith(VIEWS))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  String query(String title) {
    return blocks.get(title).strip().replaceFirst(";$", "");
  }
}

package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README and the manual tell the truth, as far as a program can see. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)");
  private static final Pattern ARROW = Pattern.compile("\\s*([\\w.]+) --> ([\\w.]+)");
  private static final Pattern OURS =
      Pattern.compile("(?:package|import(?: static)?) org\\.lmconv\\.([a-z.]+)[.;].*");
  private static final List<String> MODULES =
      List.of("orders", "model", "jobs", "bench", "notebooks");

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      pages.add(Docs.ROOT.resolve(name));
    }
    try (Stream<Path> docs = Files.list(Docs.ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(Files.size(Docs.ROOT.resolve("README.md"))).isLessThanOrEqualTo(9 * 1024);
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    for (Path page : pages()) {
      Matcher links = LINK.matcher(Files.readString(page));
      while (links.find()) {
        String link = links.group(1);
        if (!link.startsWith("https://")) {
          assertThat(page.resolveSibling(link)).as("in " + page).exists();
        }
      }
    }
  }

  @Test
  void theReadmeLeadsToEveryPageAndEveryPageIsThere() throws IOException {
    String readme = Files.readString(Docs.ROOT.resolve("README.md"));
    for (Path page : pages()) {
      String name = Docs.ROOT.relativize(page).toString();
      assertThat(readme)
          .satisfiesAnyOf(
              text -> assertThat(name).isEqualTo("README.md"),
              text -> assertThat(text).contains("(" + name + ")"));
    }
  }

  @Test
  void theReadmeListsTheCommands() throws IOException {
    List<String> listed =
        Docs.tableBelow(Files.readAllLines(Docs.ROOT.resolve("README.md")), "| command").stream()
            .map(row -> row.split("`")[1])
            .toList();
    Set<String> known = new TreeSet<>(Set.of("cluster", "bench")); // of bin/lmconv
    Commands.ALL.entries().forEach(entry -> known.add(entry.name()));
    assertThat(listed).containsExactlyInAnyOrderElementsOf(known);
  }

  /** Each package, and those that it imports. */
  private static Map<String, Set<String>> imports() throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    for (String module : MODULES) {
      List<Path> sources;
      try (Stream<Path> all = Files.walk(Docs.ROOT.resolve(module + "/src/main/java"))) {
        sources = all.filter(file -> file.toString().endsWith(".java")).toList();
      }
      for (Path source : sources) {
        List<String> names =
            Files.readAllLines(source).stream()
                .map(OURS::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .toList();
        imports.computeIfAbsent(names.get(0), name -> new TreeSet<>()).addAll(names);
      }
    }
    imports.forEach((name, others) -> others.remove(name));
    return imports;
  }

  private static Map<String, Set<String>> drawn() throws IOException {
    Map<String, Set<String>> drawn = new TreeMap<>();
    for (String line : Docs.page("architecture")) {
      Matcher arrow = ARROW.matcher(line);
      if (arrow.matches()) {
        drawn.computeIfAbsent(arrow.group(1), name -> new TreeSet<>()).add(arrow.group(2));
      }
    }
    return drawn;
  }

  private static Set<String> below(Map<String, Set<String>> arrows, String name) {
    Set<String> below = new HashSet<>();
    List<String> next = new ArrayList<>(arrows.getOrDefault(name, Set.of()));
    while (!next.isEmpty()) {
      String one = next.remove(next.size() - 1);
      if (below.add(one)) {
        next.addAll(arrows.getOrDefault(one, Set.of()));
      }
    }
    return below;
  }

  /** An import that a chain of arrows leads to needs no arrow of its own. */
  @Test
  void theDrawnHouseIsTheOneThatIsImported() throws IOException {
    Map<String, Set<String>> imports = imports();
    Map<String, Set<String>> drawn = drawn();
    imports.forEach(
        (name, others) -> {
          assertThat(below(drawn, name)).as("under " + name).containsAll(others);
          assertThat(below(imports, name)).as("what needs itself").doesNotContain(name);
        });
    drawn.forEach(
        (name, others) ->
            assertThat(imports.get(name)).as("arrows of " + name).containsAll(others));
  }
}

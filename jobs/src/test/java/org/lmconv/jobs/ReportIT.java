package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;
import org.lmconv.jobs.data.Rings;
import org.lmconv.jobs.format.GoldenPth;
import org.lmconv.jobs.page.Browser;

/**
 * Reports of runs that were made through bin/lmconv, opened in headless Chromium. What it looks
 * like is left in {@code target/report-pictures}.
 */
class ReportIT {
  private static final Path PICTURES = Path.of("target/report-pictures").toAbsolutePath();

  /** A small phone and a window of a desktop, CSS pixels. */
  private static final int PHONE = 360;

  private static final int DESKTOP = 1280;

  @TempDir private static Path folder;

  private static Launcher launcher() {
    return new Launcher(folder)
        .with("LMCONV_SUBMIT_OPTS", "--driver-java-options -XX:TieredStopAtLevel=1");
  }

  private static String succeeds(String... words) throws Exception {
    Result result = launcher().run(words);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.out();
  }

  /** The default run, but for its length. */
  @BeforeAll
  static void makeRuns() throws Exception {
    boolean required = "required".equals(System.getProperty("lmconv.browser"));
    assumeTrue(
        required || Browser.isThere(),
        "there are no chromium and chromedriver to open reports in; install them");
    String trained =
        succeeds(
            "train",
            "run=run",
            "train.rounds=6",
            "train.evaluate-every=3",
            "train.warmup-images=16",
            "score.images=100");
    assertThat(trained.lines().toList().get((int) trained.lines().count() - 1))
        .startsWith("report: ")
        .endsWith("/run/report.html");
    succeeds("nll", "run=run", "region=bottom", "orders=s_curve/*+bottom", "score.images=50");
    succeeds("complete", "run=run", "region=bottom", "draw.images=4", "draws=2");
    succeeds("sample", "run=run", "count=4");
    succeeds("report", "run=run");

    GoldenPth.copy("main_cli", folder);
    Rings.write(folder.resolve("rings"));
    succeeds("import", "from=main_cli.pth", "run=imported", "data=rings");
    succeeds("nll", "run=imported", "orders=s_curve/*");
    succeeds("report", "run=imported");
    succeeds("report", "run=run,imported", "out=both.html");
  }

  /** Opens a report in both colour schemes and at both widths, and returns what it says. */
  private static String look(String report, int charts, int images) throws Exception {
    String text = "";
    try (Browser browser = Browser.open(folder.resolve("profile-" + charts))) {
      for (String scheme : List.of("light", "dark")) {
        for (int width : new int[] {PHONE, DESKTOP}) {
          browser.show(folder.resolve(report), width, scheme);
          assertWhole(browser, charts, images);
          assertThat(browser.ask("document.documentElement.scrollWidth"))
              .as("nothing sticks out at %d pixels", width)
              .isEqualTo((long) width);
          text = browser.ask("document.body.innerText").toString();
          String name = report.replaceAll("/report.html|.html", "");
          browser.photograph(PICTURES.resolve("%s-%s-%d.png".formatted(name, scheme, width)));
        }
      }
    }
    return text;
  }

  private static void assertWhole(Browser browser, int charts, int images) {
    assertThat(browser.console()).isEmpty();
    assertThat(browser.ask("document.querySelectorAll('.chart').length")).isEqualTo((long) charts);
    // What is drawn besides axes has a colour of the palette.
    assertThat(
            browser.ask(
                """
                [...document.querySelectorAll('.chart')].filter(chart => {
                  const colours = Array.from({ length: 8 }, (_, i) =>
                    getComputedStyle(document.documentElement).getPropertyValue('--c' + i).trim());
                  return ![...chart.querySelectorAll('svg path')].some(path =>
                    colours.includes(path.getAttribute('fill')) || colours.includes(path.getAttribute('stroke')));
                }).map(chart => chart.id)\
                """))
        .as("charts without anything in them")
        .isEqualTo(List.of());
    assertThat(browser.ask("document.querySelectorAll('.picture img').length"))
        .isEqualTo((long) images);
    assertThat(
            browser.ask(
                "[...document.images].filter(image => !image.complete || image.naturalWidth ==="
                    + " 0).length"))
        .isEqualTo(0L);
    assertAccessible(browser);
  }

  private static void assertAccessible(Browser browser) {
    assertThat(browser.ask("document.title").toString()).startsWith("LMConv: ");
    assertThat(browser.ask("document.documentElement.lang")).isEqualTo("en");
    assertThat(
            browser.ask("[...document.querySelectorAll('img')].filter(image => !image.alt).length"))
        .isEqualTo(0L);
    assertThat(
            browser.ask(
                """
                [...document.querySelectorAll('[role=img]')]
                  .filter(each => !each.getAttribute('aria-label')).length\
                """))
        .isEqualTo(0L);
    assertThat(
            browser.ask(
                """
                new Set([...document.querySelectorAll('[id]')].map(each => each.id)).size
                  === document.querySelectorAll('[id]').length\
                """))
        .isEqualTo(true);
  }

  @Test
  void aRunWithEverything() throws Exception {
    // 12 best and 12 worst images; 4 images with 2 draws, given and truth; 4 samples.
    assertThat(look("run/report.html", 9, 24 + 16 + 4))
        .contains("Nats of region bottom given the rest")
        .contains("train.evaluate-every");
  }

  @Test
  void anImportedCheckpointWithScoresOnly() throws Exception {
    assertThat(look("imported/report.html", 2, 6))
        .contains("There are no training rounds")
        .contains("Nothing has been completed.");
  }

  @Test
  void twoRunsSideBySide() throws Exception {
    assertThat(look("both.html", 9, 24 + 6 + 16 + 4))
        .contains("Without training rounds: imported.");
  }

  @Test
  void faultsLeaveNothing() throws Exception {
    launcher().refuses("run=none: there is no run; train one", "report", "run=none");
    launcher()
        .refuses("out=report: name a file that ends in .html", "report", "run=run", "out=report");
    launcher()
        .refuses(
            "/run/config.conf/x.html cannot be written",
            "report",
            "run=run",
            "out=run/config.conf/x.html");
    try (Stream<Path> left = java.nio.file.Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).doesNotContain("none", "report");
    }
  }
}

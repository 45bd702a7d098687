package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.data.Rings;
import org.lmconv.jobs.format.GoldenPth;
import org.lmconv.jobs.page.Browser;

/**
 * Reports of runs, opened in headless Chromium. What it looks like is left in {@code
 * target/report-pictures}.
 */
class ReportIT {
  private static final Path PICTURES = Path.of("target/report-pictures").toAbsolutePath();

  /** How a page is looked at. */
  private record View(String scheme, int width) {}

  private static final View PHONE_LIGHT = new View("light", 360);
  private static final View DESKTOP_DARK = new View("dark", 1280);
  private static final List<View> OTHERS = List.of(new View("dark", 360), new View("light", 1280));

  @TempDir private static Path folder;
  private static Terminal terminal;
  private static Browser browser;

  /** The default run, but for its length; and one of which there are scores only. */
  @BeforeAll
  static void makeReports() throws Exception {
    boolean required = "required".equals(System.getProperty("lmconv.browser"));
    assumeTrue(
        required || Browser.isThere(),
        "there are no chromium and chromedriver to open reports in; install them");
    terminal = new InProcess(folder);
    terminal.succeeds(
        "train",
        "run=run",
        "train.rounds=6",
        "train.local-steps=2",
        "train.evaluate-every=3",
        "train.warmup-images=16",
        "score.images=100",
        "train.report=false");
    terminal.succeeds(
        "nll", "run=run", "region=bottom", "orders=s_curve/*+bottom", "score.images=50");
    terminal.succeeds("complete", "run=run", "region=bottom", "draw.images=4", "draws=2");
    terminal.succeeds("sample", "run=run", "count=4");
    terminal.succeeds("report", "run=run");

    GoldenPth.copy("main_cli", folder);
    Rings.write(folder.resolve("rings"));
    terminal.succeeds("import", "from=main_cli.pth", "run=imported", "data=rings");
    terminal.succeeds("nll", "run=imported", "orders=s_curve/*");
    terminal.succeeds("report", "run=imported");
    terminal.succeeds("report", "run=run,imported", "out=both.html");
    browser = Browser.open(folder.resolve("profile"));
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  /** Opens a report in these ways, and returns what it says. */
  private static String look(String report, int charts, int images, List<View> views)
      throws Exception {
    String text = "";
    for (View view : views) {
      browser.show(folder.resolve(report), view.width(), view.scheme());
      assertWhole(charts, images);
      assertThat(browser.ask("document.documentElement.scrollWidth"))
          .as("nothing sticks out at %d pixels", view.width())
          .isEqualTo((long) view.width());
      text = browser.ask("document.body.innerText").toString();
      String name = report.replaceAll("/report.html|.html", "");
      browser.photograph(
          PICTURES.resolve("%s-%s-%d.png".formatted(name, view.scheme(), view.width())));
    }
    return text;
  }

  private static void assertWhole(int charts, int images) {
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
    assertAccessible();
  }

  private static void assertAccessible() {
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
    everything(List.of(PHONE_LIGHT, DESKTOP_DARK));
  }

  private static void everything(List<View> views) throws Exception {
    // 12 best and 12 worst images; 4 images with 2 draws, given and truth; 4 samples.
    assertThat(look("run/report.html", 9, 24 + 16 + 4, views))
        .contains("Nats of region bottom given the rest")
        .contains("train.evaluate-every");
  }

  @Test
  void anImportedCheckpointWithScoresOnly() throws Exception {
    imported(List.of(DESKTOP_DARK));
  }

  private static void imported(List<View> views) throws Exception {
    assertThat(look("imported/report.html", 2, 6, views))
        .contains("There are no training rounds")
        .contains("Nothing has been completed.");
  }

  @Test
  void twoRunsSideBySide() throws Exception {
    sideBySide(List.of(PHONE_LIGHT));
  }

  private static void sideBySide(List<View> views) throws Exception {
    assertThat(look("both.html", 9, 24 + 6 + 16 + 4, views))
        .contains("Without training rounds: imported.");
  }

  @Test
  @Tag("thorough")
  void allInTheOtherViews() throws Exception {
    everything(OTHERS);
    imported(OTHERS);
    sideBySide(OTHERS);
  }

  @Test
  void faultsLeaveNothing() throws Exception {
    terminal.refuses("run=none: there is no run; train one", "report", "run=none");
    terminal.refuses(
        "out=report: name a file that ends in .html", "report", "run=run", "out=report");
    terminal.refuses(
        "/run/config.conf/x.html cannot be written",
        "report",
        "run=run",
        "out=run/config.conf/x.html");
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(folder.resolve("report")).doesNotExist();
  }
}

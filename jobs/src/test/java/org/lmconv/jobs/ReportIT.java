package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.jobs.data.TableFiles;
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

  /** What scripts say of every page. */
  private static final Map<String, Object> TRUE_OF_EACH =
      Map.of(
          "document.documentElement.lang",
          "en",
          // Charts without anything in the colours of the palette besides axes.
          """
          [...document.querySelectorAll('.chart')].filter(chart => {
            const colours = Array.from({ length: 8 }, (_, i) =>
              getComputedStyle(document.documentElement).getPropertyValue('--c' + i).trim());
            return ![...chart.querySelectorAll('svg path')].some(path =>
              colours.includes(path.getAttribute('fill')) || colours.includes(path.getAttribute('stroke')));
          }).map(chart => chart.id)\
          """,
          List.of(),
          "[...document.images].filter(image => !image.complete || !image.naturalWidth).length",
          0L,
          "[...document.images].filter(image => !image.alt).length",
          0L,
          "document.querySelectorAll('[role=img]:is(:not([aria-label]),"
              + " [aria-label=\"\"])').length",
          0L,
          "[...document.querySelectorAll('[id]')].length"
              + " - new Set([...document.querySelectorAll('[id]')].map(each => each.id)).size",
          0L);

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
        "score.images=24",
        "train.report=false");
    terminal.succeeds(
        "nll", "run=run", "region=bottom", "orders=s_curve/*+bottom", "score.images=24");
    terminal.succeeds("complete", "run=run", "region=bottom", "draw.images=4", "draws=2");
    terminal.succeeds("sample", "run=run", "count=4");
    terminal.succeeds("report", "run=run");

    GoldenPth.copy("main_cli", folder);
    TableFiles.writeRings(folder.resolve("rings"));
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

  private static List<Report> reports() {
    // 12 best and 12 worst images; 4 images with 2 draws, given and truth; 4 samples.
    int drawn = 16 + 4;
    return List.of(
        new Report(
            "run/report.html",
            9,
            24 + drawn,
            List.of(PHONE_LIGHT, DESKTOP_DARK),
            List.of("Nats of region bottom given the rest", "train.evaluate-every")),
        new Report(
            "imported/report.html",
            2,
            6,
            List.of(DESKTOP_DARK),
            List.of("There are no training rounds", "Nothing has been completed.")),
        new Report(
            "both.html",
            9,
            24 + 6 + drawn,
            List.of(PHONE_LIGHT),
            List.of("Without training rounds: imported.")));
  }

  @ParameterizedTest
  @MethodSource("reports")
  void isWholeAndAccessible(Report report) throws Exception {
    report.look(report.views());
  }

  @ParameterizedTest
  @MethodSource("reports")
  @Tag("thorough")
  void isSoInTheOtherViews(Report report) throws Exception {
    report.look(OTHERS);
  }

  /**
   * A page.
   *
   * @param charts that it has
   * @param images that it has
   * @param views the ways to look at it
   * @param says among other things
   */
  private record Report(String file, int charts, int images, List<View> views, List<String> says) {
    /** Opens it in these ways. */
    void look(List<View> ways) throws Exception {
      for (View view : ways) {
        browser.show(folder.resolve(file), view.width(), view.scheme());
        assertThat(browser.console()).isEmpty();
        assertHolds("document.documentElement.scrollWidth", (long) view.width()); // all fits
        assertHolds("document.querySelectorAll('.chart').length", (long) charts);
        assertHolds("document.querySelectorAll('.picture img').length", (long) images);
        TRUE_OF_EACH.forEach(Report::assertHolds);
        assertThat(browser.ask("document.title").toString()).startsWith("LMConv: ");
        assertThat(browser.ask("document.body.innerText").toString()).contains(says);
        String name = file.replaceAll("/report.html|.html", "");
        browser.photograph(
            PICTURES.resolve("%s-%s-%d.png".formatted(name, view.scheme(), view.width())));
      }
    }

    private static void assertHolds(String script, Object value) {
      assertThat(browser.ask(script)).as(script).isEqualTo(value);
    }
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

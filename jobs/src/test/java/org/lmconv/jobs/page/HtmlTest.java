package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;

/** Names come from files and tables that others made. */
class HtmlTest {
  private static final String EVIL = "</script><script>alert('x')</script><img src=\"x\">";

  @Test
  void namesAreTextAndNeverMarkup() {
    Chart chart =
        new Chart(
            "chart",
            Kind.POINTS,
            EVIL,
            EVIL,
            EVIL,
            EVIL,
            null,
            List.of(EVIL),
            List.of(new Series(EVIL, List.of(), List.of(1.), List.of(.5))),
            EVIL);
    RunPage.Part part =
        new RunPage.Part(
            EVIL,
            EVIL,
            List.of(new RunView.ScoredImage(EVIL, null, 1, null)),
            List.of(),
            List.of(),
            List.of(new InlinePicture("data:,", EVIL, EVIL)),
            new OrderGallery(List.of(), 0, EVIL));
    String html =
        Html.of(
            new RunPage(
                EVIL,
                EVIL,
                EVIL,
                List.of(EVIL),
                List.of(new Fact(EVIL, List.of(EVIL))),
                List.of(chart),
                List.of(),
                List.of(),
                List.of(),
                List.of(EVIL),
                List.of(part),
                List.of(
                    new RunPage.Setting(
                        EVIL, EVIL, List.of(new RunPage.Setting.Value(EVIL, true)))),
                List.of()));
    assertThat(html).doesNotContain(EVIL).doesNotContain("<script>alert");
    assertThat(html.split("</script>", -1)).as("three scripts").hasSize(4);
    assertThat(html).contains("&lt;/script&gt;");
  }
}

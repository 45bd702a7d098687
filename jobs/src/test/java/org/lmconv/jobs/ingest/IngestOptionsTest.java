package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.orders.Grid;

class IngestOptionsTest {
  @Test
  void takesWhatIsWhole() {
    IngestOptions options =
        options(
            "source=images", "path=a", "data=b", "ingest.size=32x16", "ingest.background=00ff7f");
    assertThat(options.config().grid()).contains(new Grid(32, 16));
    assertThat(options.config().backgroundRgb()).isEqualTo(0x00FF7F);
    assertThat(options("source=mnist", "path=a", "data=b", "ingest.test-images=5").config().grid())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path=a data=b|ingest lacks the key source: the kind of files to read, one of mnist,"
            + " cifar10, celebahq, images, table",
        "source=cifar path=a data=b|source=cifar is unknown; known are mnist, cifar10, celebahq,"
            + " images, table",
        "source=mnist data=b|ingest lacks the key path: the files to read, such as path=mnist",
        "source=mnist path=a|ingest lacks the key data: the images table to write, such as"
            + " data=data/mnist",
        "source=mnist path=a data=b ingest.size=2x2|ingest.size=2x2 is for sources other than"
            + " mnist; leave it out",
        "source=images path=a data=b ingest.test-images=2|ingest.test-images=2 is for"
            + " source=mnist; leave it out",
        "ingest.train-images=-1|ingest.train-images=-1: must be at least 0",
        "ingest.test-images=-2|ingest.test-images=-2: must be at least 0",
        "ingest.size=32|ingest.size=32: must be rows x columns, such as 64x64, or empty",
        "ingest.size=0x4|ingest.size=0x4: must be rows x columns, such as 64x64, or empty",
        "ingest.channels=2|ingest.channels=2: must be 1, 3 or 0",
        "ingest.background=white|ingest.background=white: must be six hexadecimal digits, such as"
            + " ffffff",
        "ingest.resize=cut|ingest.resize=cut: must be crop, fit or stretch",
        "ingest.on-error=ignore|ingest.on-error=ignore: must be fail or skip",
        "ingest.validation-share=1|ingest.validation-share=1.0: must be at least 0 and below 1",
        "ingest.test-share=0.5 ingest.validation-share=0.5|ingest.test-share=0.5: must leave"
            + " images to train on beside ingest.validation-share=0.5",
        "ingest.column=|ingest.column=: must name a column",
        "ingest.shape=28x28|ingest.shape=28x28: must be rows x columns x channels, such as"
            + " 28x28x1, or empty",
      })
  void refusesWhatIsNot(String words, String message) {
    assertThatThrownBy(() -> options(words.split(" ")))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  private static IngestOptions options(String... words) {
    return IngestOptions.of(Ingests.config(words));
  }
}

package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.UserError;

class IngestOptionsTest {
  @Test
  void takesWhatIsWhole() {
    assertThat(new IngestOptions("mnist", "in", "out", 0, 5).testImages()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|a|b|0|0|ingest lacks the key source: the kind of files to read: source=mnist",
        "cifar|a|b|0|0|source=cifar is unknown; the only known source is mnist",
        "mnist|''|b|0|0|ingest lacks the key path: the directory of the files to read,"
            + " such as path=mnist",
        "mnist|a||0|0|ingest lacks the key data: the images table to write,"
            + " such as data=mnist.parquet",
        "mnist|a|b|-1|0|ingest.train-images=-1 must not be negative; 0 takes all images",
        "mnist|a|b|0|-2|ingest.test-images=-2 must not be negative; 0 takes all images",
      })
  void refusesWhatIsNot(
      String source, String path, String data, int train, int test, String message) {
    assertThatThrownBy(() -> new IngestOptions(source, path, data, train, test))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}

package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.model.ImageShape;

class ShippedDigitsTest {
  /**
   * Of id, label byte and pixels of all images by id, computed from the original files by another
   * program.
   */
  private static final long CRC = 0xe9690a7L;

  private static ImagesTable table;
  private static List<Image> train;
  private static List<Image> test;

  @BeforeAll
  static void open() {
    table = ImagesTable.open(TestSpark.session(), "digits");
    train = table.split("train").images().collect();
    test = table.split("test").images().collect();
  }

  @Test
  void areTwelveThousandOfOneShape() {
    assertThat(table.name()).isEqualTo("digits");
    assertThat(table.shape()).isEqualTo(new ImageShape(1, 28, 28));
    assertThat(table.split("train").count()).isEqualTo(10_000).isEqualTo(train.size());
    assertThat(table.split("test").count()).isEqualTo(2_000).isEqualTo(test.size());
    assertThat(table.split("test").rows().schema()).isEqualTo(ImagesTable.schema());
  }

  @Test
  void keepTheirOriginalIndices() {
    assertThat(train.get(1).id()).isEqualTo("mnist/train/00006");
    assertThat(train.get(9_999).id()).isEqualTo("mnist/train/59994");
    assertThat(test.get(1_999).id()).isEqualTo("mnist/test/09995");
  }

  @Test
  void everyDigitIsThereInBothSplits() {
    Integer[] digits = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(train.stream().map(Image::label).distinct()).containsExactlyInAnyOrder(digits);
    assertThat(test.stream().map(Image::label).distinct()).containsExactlyInAnyOrder(digits);
  }

  @Test
  void areMostlyBlackWithAWhiteStroke() {
    assertThat(train)
        .allSatisfy(
            image -> {
              assertThat(brightness(image)).as(image.id()).isBetween(3.0, 110.0); // of 0..255
              assertThat(image.pixels()[0]).as("a corner of " + image.id()).isZero();
            });
    double mean = train.stream().mapToDouble(ShippedDigitsTest::brightness).average().orElseThrow();
    assertThat(mean).isBetween(30.0, 36.0); // 33.3 over all of MNIST's training images
  }

  @Test
  void areTheOriginalPixelsAndLabels() {
    List<Image> images = new ArrayList<>(train);
    images.addAll(test);
    images.sort(Comparator.comparing(Image::id));
    CRC32 crc = new CRC32();
    for (Image image : images) {
      crc.update(image.id().getBytes(StandardCharsets.US_ASCII));
      crc.update(image.label());
      crc.update(image.pixels());
    }
    assertThat(crc.getValue()).isEqualTo(CRC);
  }

  private static double brightness(Image image) {
    double sum = 0;
    for (byte pixel : image.pixels()) {
      sum += Byte.toUnsignedInt(pixel);
    }
    return sum / image.pixels().length;
  }
}

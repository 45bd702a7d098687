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
}

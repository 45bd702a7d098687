package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.orders.Any.Seeded;

class RegionTest {
  private static final Grid GRID = new Grid(5, 7);

  @Seeded
  void aRegionAndItsComplementShareThePixels(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    Region others = region.complement();
    for (int pixel = 0; pixel < region.grid().pixels(); pixel++) {
      assertThat(others.contains(pixel)).isNotEqualTo(region.contains(pixel));
    }
    assertThat(region.size() + others.size()).isEqualTo(region.grid().pixels());
    assertThat(others.complement()).isEqualTo(region).hasToString(region.toString());
  }

  @ParameterizedTest
  @CsvSource({"top, bottom", "left, right", "center, border"})
  void opposites(String region, String opposite) {
    assertThat(Region.parse(opposite, GRID)).isEqualTo(Region.parse(region, GRID).complement());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all | 0:5,0:7",
        "top | 0:2,0:7",
        "bottom | 2:5,0:7",
        "left | 0:5,0:3",
        "right | 0:5,3:7",
        "center | 1:4,1:6"
      })
  void namedRegionsAreBoxes(String name, String box) {
    assertThat(Region.parse(name, GRID)).isEqualTo(Region.parse(box, GRID));
    assertThat(Region.parse(name, GRID).name()).isEqualTo(name);
  }

  @Test
  void border() {
    assertThat(Pictures.of(Region.parse("border", GRID)))
        .isEqualTo(
            """
            #######
            #.....#
            #.....#
            #.....#
            #######
            """);
  }

  @Test
  void boxesLeaveOutTheirEnds() {
    Region region = Region.parse("1:3,2:6", GRID);
    assertThat(region.name()).isEqualTo("1:3,2:6");
    assertThat(region.size()).isEqualTo(8);
    assertThat(Pictures.of(region))
        .isEqualTo(
            """
            .......
            ..####.
            ..####.
            .......
            .......
            """);
  }

  @Test
  void noneIsEmpty() {
    assertThat(Region.none(GRID).size()).isZero();
    assertThat(Region.none(GRID).complement()).isEqualTo(Region.parse("all", GRID));
  }

  @Test
  void aRegionSharesNoBitsWithItsCaller() {
    BitSet bits = new BitSet();
    bits.set(3);
    Region region = Region.of("three", GRID, bits);
    bits.set(4);
    assertThat(region.size()).isEqualTo(1);
    assertThat(region.grid()).isEqualTo(GRID);
    assertThat(region).hasToString("three of 5x7").isNotEqualTo(Region.none(GRID));
    assertThat(region).hasSameHashCodeAs(Region.parse("0:1,3:4", GRID));
  }

  @Test
  void onlyBoxesDependOnTheGrid() {
    assertThat(Region.isBox("0:99,3:4")).isTrue();
    assertThat(List.of("bottom", "0:99", "0:1,2:3,4:5", "-1:2,0:3"))
        .noneMatch(text -> Region.isBox(text));
  }

  @Test
  void travelsWithATask() throws IOException, ClassNotFoundException {
    Region region = Region.parse("1:3,2:6", GRID);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(region);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(region).hasToString("1:3,2:6 of 5x7");
    }
  }

  @Test
  void refusesAnUnknownForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Region.parse("middle", GRID))
        .withMessage(
            "region middle is unknown; use all, top, bottom, left, right, center, border"
                + " or r0:r1,c0:c1 with the ends left out, such as 0:5,0:7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0:6,0:7", "0:5,0:8", "2:2,0:7", "0:5,4:3", "999999999:5,0:7"})
  void refusesABoxThatDoesNotFit(String box) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Region.parse(box, GRID))
        .withMessage("region %s does not fit a 5x7 grid; need r0 < r1 <= 5 and c0 < c1 <= 7", box);
  }

  @ParameterizedTest
  @CsvSource({"top, 1, 7", "border, 3, 3"})
  void refusesANameWithoutPixels(String name, int height, int width) {
    Grid grid = new Grid(height, width);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Region.parse(name, grid))
        .withMessage("region %s has no pixels on a %s grid; use a larger region", name, grid);
  }

  @Test
  void refusesPixelsBeyondTheGrid() {
    BitSet bits = new BitSet();
    bits.set(35);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Region.of("mine", GRID, bits))
        .withMessage("region mine has pixel 35, but a 5x7 grid ends at pixel 34");
  }
}

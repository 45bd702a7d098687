package org.lmconv.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Table TABLE =
      new Table(
          List.of("name", "nats"), List.of(List.of("a<b", 90.26882), Arrays.asList("c", null)));

  @Test
  void columnsKeepTheOrderOfRows() {
    assertThat(TABLE.texts("name")).containsExactly("a<b", "c");
    assertThat(TABLE.numbers("nats")).containsExactly(90.26882, Double.NaN);
  }

  @Test
  void aWrongColumnIsAFaultThatNamesTheOthers() {
    assertThatThrownBy(() -> TABLE.numbers("bits"))
        .hasMessage("there is no column bits; there are name, nats");
    Table empty = new Table(List.of("name"), List.of());
    assertThatThrownBy(() -> empty.texts("bits"))
        .hasMessage("there is no column bits; there are name");
  }

  @Test
  void aColumnOfAnotherTypeIsAFaultWithItsValue() {
    assertThatThrownBy(() -> TABLE.numbers("name"))
        .hasMessage("column name holds a<b, which is no number");
  }

  @Test
  void htmlIsEscapedAndNumbersStandOnTheRight() {
    assertThat(TABLE.rich().get("text/html"))
        .contains(
            "<th>nats</th>", "<td align=\"left\">a&lt;b</td>", "<td align=\"right\">90.27</td>");
    assertThat(TABLE.text()).isEqualTo("name | nats\na<b | 90.27\nc | ");
  }

  @Test
  void numbersAreShownWithFourDigits() {
    assertThat(List.of(1967.26, 0.59904, 0.0000341880, 92.0, 5e7, 0.0).stream().map(Table::format))
        .containsExactly("1967", "0.599", "0.00003419", "92", "50000000", "0");
    assertThat(Table.format(36_000L)).isEqualTo("36000");
    assertThat(Table.format(Double.NaN)).isEqualTo("NaN");
    assertThat(Table.format(new byte[3])).isEqualTo("3 bytes");
  }

  @Test
  void longTablesEndWithWhatIsLeftOut() {
    Table table = new Table(List.of("n"), Collections.nCopies(60, List.of(1)));
    assertThat(table.rich().get("text/html")).contains("… and 10 more rows");
    assertThat(table.text()).endsWith("… and 10 more rows").hasLineCount(1 + 50 + 1);
    assertThat(table.size()).isEqualTo(60);
  }

  @Test
  void anEmptyTableSaysASentence() {
    Table empty = new Table(List.of("n"), List.of()).orSay("Run `this`.");
    assertThat(empty.rich()).containsOnlyKeys("text/markdown").containsValue("Run `this`.");
    assertThat(TABLE.orSay("Run `this`.").rich()).containsOnlyKeys("text/html");
  }
}

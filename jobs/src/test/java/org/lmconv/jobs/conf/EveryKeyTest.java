package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.EveryKey;

/** Walks the keys of reference.conf, so that a key added there cannot be forgotten. */
class EveryKeyTest {
  @TempDir private Path folder;

  static List<String> keys() {
    return ConfigLoader.keys();
  }

  @Test
  void keysComeInTheOrderOfTheFile() {
    assertThat(keys()).startsWith("run", "checkpoint", "data").endsWith("started");
    assertThat(keys()).containsSubsequence("model.filters", "train.rounds", "train.outer");
  }

  @Test
  void eachIsReadByARecordAndIsThere() {
    Set<String> read = new HashSet<>();
    Keys.ALL.forEach(keys -> read.addAll(Keys.of(keys)));
    assertThat(keys()).containsAll(read);
    assertThat(keys())
        .filteredOn(key -> !key.equals("what") && !key.startsWith("bench."))
        .allMatch(read::contains);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void isExplained(String key) {
    assertThat(ConfigLoader.reference().getValue(key).origin().comments()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void isNamedWhenMistyped(String key) {
    // "x" in front is nearer to the key than to any other.
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> load(Optional.empty(), "x" + key + "=1"))
        .withMessage("key x%s is unknown; did you mean %s?", key, key);
  }

  /** The others are those of bench, which has a record of its own. */
  static List<String> readKeys() {
    return Keys.ALL.stream().flatMap(keys -> Keys.of(keys).stream()).distinct().toList();
  }

  @ParameterizedTest
  @MethodSource("readKeys")
  void isNamedWithItsValueAndPlaceWhenOfTheWrongType(String key) throws IOException {
    ConfigValue value = ConfigLoader.reference().getValue(key);
    // Nothing but an object is wrong everywhere: texts take numbers, lists take texts.
    Path file = Files.writeString(folder.resolve("wrong.conf"), key + " = { no = way }");
    String allowed =
        switch (value.valueType()) {
          case NUMBER -> "number";
          case BOOLEAN -> "true or false";
          case LIST ->
              ((List<?>) value.unwrapped()).stream().anyMatch(Number.class::isInstance)
                  ? "whole number"
                  : "text";
          default -> "";
        };
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> load(Optional.of(file)))
        .withMessageContaining(key)
        .withMessageContaining("(%s, line 1)", file)
        .withMessageContaining("must be")
        .withMessageContaining(allowed);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void isReadFromAWord(String key) {
    String text = ConfigLoader.reference().getValue(key).unwrapped().toString();
    assertThat(load(Optional.empty(), key + "=" + text).text())
        .isEqualTo(ConfigLoader.defaults().text());
  }

  private static JobConfig load(Optional<Path> file, String... words) {
    return ConfigLoader.load(file, List.of(words), "test", EveryKey.class);
  }
}

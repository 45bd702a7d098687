package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.base.UserError;

class IdxFileTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"images", "images.gz"})
  void readsImagesInTheirOrder(String name) throws IOException {
    try (IdxFile file = open(name, IdxBytes.images(3, 2, 4), IdxFile.IMAGES)) {
      assertThat(file.items).isEqualTo(3);
      assertThat(file.height).isEqualTo(2);
      assertThat(file.width).isEqualTo(4);
      for (byte i = 0; i < 3; i++) {
        assertThat(file.next()).hasSize(8).containsOnly(i);
      }
      file.refuseMore();
    }
  }

  @Test
  void labelsAreAnyByte() throws IOException {
    try (IdxFile file = open("labels", IdxBytes.labels(2), IdxFile.LABELS)) {
      assertThat(file.next()).containsExactly(255);
      assertThat(file.next()).containsExactly(0);
      file.refuseMore();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"images", "images.gz"})
  void refusesAFileCutOffWithinAnImage(String name) throws IOException {
    byte[] cut = Arrays.copyOf(IdxBytes.images(3, 2, 2), 16 + 6);
    try (IdxFile file = open(name, cut, IdxFile.IMAGES)) {
      file.next();
      assertThatThrownBy(file::next)
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith("/" + name + " is cut off after 1 of its 3 items; fetch it again");
    }
  }

  @Test
  void refusesBytesAfterTheLastItem() throws IOException {
    byte[] long_ = Arrays.copyOf(IdxBytes.labels(1), 8 + 2);
    try (IdxFile file = open("labels", long_, IdxFile.LABELS)) {
      file.next();
      assertThatThrownBy(file::refuseMore)
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith("/labels goes on after its 1 items; fetch it again");
    }
  }

  @Test
  void refusesWhatIsNoSuchHeader() throws IOException {
    refuses(
        IdxBytes.write(directory.resolve("labels"), IdxBytes.images(1, 2, 2)),
        IdxFile.LABELS,
        "/labels starts with 2051, but MNIST labels start with 2049; is it another file?");
    Path images = directory.resolve("images");
    refuses(
        IdxBytes.write(images, new byte[] {0, 0, 8}),
        IdxFile.IMAGES,
        "/images is damaged: its end is missing; fetch it again");
    byte[] absurd =
        ByteBuffer.allocate(16).putInt(IdxFile.IMAGES).putInt(1).putInt(-1).putInt(28).array();
    refuses(
        IdxBytes.write(images, absurd),
        IdxFile.IMAGES,
        "/images claims 1 items of -1x28; is it damaged?");
    refuses(
        Files.write(directory.resolve("plain.gz"), IdxBytes.labels(1)),
        IdxFile.LABELS,
        "/plain.gz is damaged: Not in GZIP format; fetch it again");
  }

  private static void refuses(Path file, int magic, String message) {
    assertThatThrownBy(() -> open(file, magic))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(message);
  }

  @Test
  void refusesACompressedFileWithoutItsChecksum() throws IOException {
    Path whole = IdxBytes.write(directory.resolve("labels.gz"), IdxBytes.labels(1));
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, Arrays.copyOf(bytes, bytes.length - 8));
    try (IdxFile file = open(whole, IdxFile.LABELS)) {
      file.next();
      assertThatThrownBy(file::refuseMore)
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith("/labels.gz is damaged: its end is missing; fetch it again");
    }
  }

  private IdxFile open(String name, byte[] bytes, int magic) throws IOException {
    return open(IdxBytes.write(directory.resolve(name), bytes), magic);
  }

  private static IdxFile open(Path path, int magic) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    return IdxFile.open(files, new org.apache.hadoop.fs.Path(path.toUri()), magic);
  }
}

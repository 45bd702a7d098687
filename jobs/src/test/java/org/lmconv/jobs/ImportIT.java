package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;
import org.lmconv.jobs.data.Rings;
import org.lmconv.jobs.format.GoldenPth;
import org.lmconv.jobs.format.PickleBytes;
import org.lmconv.orders.Npz;

/** Checkpoints of the paper's authors through bin/lmconv, and what is none. */
class ImportIT {
  @TempDir private Path folder;

  private Launcher launcher() {
    return new Launcher(folder)
        .with("LMCONV_SUBMIT_OPTS", "--driver-java-options -XX:TieredStopAtLevel=1");
  }

  private String succeeds(String... words) throws Exception {
    Result result = launcher().run(words);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.out();
  }

  @Test
  void anImportedCheckpointHasTheScoresThatTheAuthorsProgramPrinted() throws Exception {
    GoldenPth.copy("main_cli", folder);
    Rings.write(folder.resolve("rings"));
    assertThat(succeeds("import", "from=main_cli.pth", "run=run", "data=rings"))
        .contains("4,483 parameters in 60 tensors, all in their places\n")
        .contains(" model.filters=3 model.resnets=1 ");
    assertNats("all8", "orders=s_curve/*");
    assertNats("single", "orders=s_curve/0");
    assertNats("top_masks13", "orders=[s_curve/1, s_curve/3]", "region=top");
    assertThat(succeeds("train", "run=run", "train.rounds=13"))
        .contains("as run run was set up: ")
        .contains("/run after round 12\n")
        .contains("round 13/13 ");
  }

  /** The last row of the table that nll prints is that of the ensemble, or of the only order. */
  private void assertNats(String name, String... words) throws Exception {
    String[] nll =
        Stream.concat(Stream.of("nll", "run=run", "out=nll-" + name), Stream.of(words))
            .toArray(String[]::new);
    List<String> rows = succeeds(nll).lines().filter(line -> line.contains(" ± ")).toList();
    double nats = Double.parseDouble(rows.get(rows.size() - 1).strip().split(" +")[1]);
    double expected = Npz.resource("main_cli.npz").floats(name + "_nats")[0];
    assertThat(nats).isCloseTo(expected, within(1e-4 * expected));
  }

  private void refuses(String message, String... words) throws Exception {
    launcher().refuses(message, words);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .doesNotContain("run", ".run.writing", "mark");
    }
  }

  @Test
  void aBomb() throws Exception {
    byte[] bomb = PickleBytes.bomb("posix", "system", "touch " + folder.resolve("mark"));
    PickleBytes.zip(folder.resolve("bomb.pth"), bomb);
    Files.write(folder.resolve("older.pth"), bomb);
    for (String file : List.of("bomb.pth", "older.pth")) {
      refuses(
          "from="
              + file
              + " asks for posix.system, which no checkpoint needs; nothing of it was run",
          "import",
          "from=" + file,
          "run=run");
    }
  }

  @Test
  void aFileThatIsCutOff() throws Exception {
    for (String name : List.of("main_cli", "network_a_pono_legacy_cuda")) {
      byte[] whole = Files.readAllBytes(GoldenPth.copy(name, folder));
      Files.write(folder.resolve("cut.pth"), Arrays.copyOf(whole, whole.length - 1000));
      refuses("from=cut.pth is cut off", "import", "from=cut.pth", "run=run");
    }
  }

  @Test
  void aCheckpointOfAnotherNetwork() throws Exception {
    String golden =
        Files.readString(
            GoldenPth.copy("network_a_pono_legacy_cuda", folder), StandardCharsets.ISO_8859_1);
    Files.writeString(
        folder.resolve("other.pth"),
        golden.replace("upsize_u_stream.1.bias", "upsize_u_stream.2.bias"),
        StandardCharsets.ISO_8859_1);
    refuses(
        "from=other.pth has no tensor upsize_u_stream.1.bias; it is of another network, and nothing"
            + " was imported",
        "import",
        "from=other.pth",
        "run=run");
  }

  @Test
  void outputsThatCannotBeWritten() throws Exception {
    GoldenPth.copy("network_a", folder);
    // Nobody can make a folder there, not even root, whom permissions do not stop.
    assumeTrue(Files.isDirectory(Path.of("/proc/self")));
    refuses(
        "run=/proc/lmconv-run cannot be written: ",
        "import",
        "from=network_a.pth",
        "run=/proc/lmconv-run");
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assertThat(locked.toFile().setWritable(false)).isTrue();
    try {
      if (!Files.isWritable(locked)) {
        refuses("run=locked/run cannot be ", "import", "from=network_a.pth", "run=locked/run");
      }
      succeeds("import", "from=network_a.pth", "run=imported");
      launcher()
          .refuses(
              "to=/proc/lmconv.safetensors cannot be written: ",
              "export",
              "run=imported",
              "to=/proc/lmconv.safetensors");
      assertThat(locked).isEmptyDirectory();
    } finally {
      assertThat(locked.toFile().setWritable(true)).isTrue();
    }
  }

  @Test
  void exportsAndAveragesAreRunsAgain() throws Exception {
    GoldenPth.copy("adam_after3", folder);
    succeeds("import", "from=adam_after3.pth", "run=first");
    assertThat(succeeds("export", "run=first", "to=a.safetensors")).contains("243 tensors (all ");
    succeeds("import", "from=a.safetensors", "run=second");
    succeeds("average", "run=second", "last=1", "to=third");
    succeeds("export", "run=second", "to=b.safetensors");
    succeeds("export", "run=third", "to=c.safetensors");
    byte[] first = elements("a.safetensors");
    assertThat(elements("b.safetensors")).isEqualTo(first);
    assertThat(elements("c.safetensors")).isEqualTo(Arrays.copyOf(first, first.length / 3));
    launcher()
        .refuses(
            "to=a.safetensors is there already; name a new file",
            "export",
            "run=first",
            "to=a.safetensors");
    assertThat(elements("a.safetensors")).isEqualTo(first);
  }

  /** All but the header, which has times. */
  private byte[] elements(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    int header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return Arrays.copyOfRange(bytes, Long.BYTES + header, bytes.length);
  }
}

package org.lmconv.notebooks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.notebooks.kernel.JupyterClient.Message;

/** The kernel as Jupyter sees it: a process that answers messages. */
class KernelProcessTest {
  @TempDir Path folder;

  @Test
  void cellsAreAnsweredWithStreamsResultsAndErrors() throws IOException {
    try (JupyterClient client = new JupyterClient(folder, "")) {
      List<Message> fine =
          client.run("System.out.println(\"said\"); System.err.print(\"warned\");\n6 * 7");
      assertThat(fine)
          .extracting(Message::type)
          .containsExactly("stream", "stream", "execute_result");
      assertThat(fine.get(0).content().get("text").getAsString()).isEqualTo("said\n");
      assertThat(fine.get(1).content().get("name").getAsString()).isEqualTo("stderr");
      assertThat(fine.get(2).content().getAsJsonObject("data").get("text/plain").getAsString())
          .isEqualTo("42");
      assertThat(client.reply().content().get("status").getAsString()).isEqualTo("ok");

      List<Message> failed = client.run("int a = 1;\nthrow new IllegalStateException(\"no\" + a);");
      assertThat(failed).extracting(Message::type).containsExactly("error");
      assertThat(failed.get(0).content().get("evalue").getAsString())
          .isEqualTo("IllegalStateException: no1");
      assertThat(failed.get(0).content().getAsJsonArray("traceback").toString())
          .contains("line 2 of this cell");
      assertThat(client.reply().content().get("status").getAsString()).isEqualTo("error");
    }
  }

  @Test
  void anInterruptStopsTheCellAndTheKernelGoesOn() throws IOException {
    try (JupyterClient client = new JupyterClient(folder, "")) {
      client.begin("System.out.println(\"begun\"); Thread.sleep(600_000);");
      Message message = client.next();
      while (!message.type().equals("stream")) {
        message = client.next();
      }
      client.interrupt();
      assertThat(client.reply().content().get("ename").getAsString()).isEqualTo("Interrupted");
      client.begin("1 + 1");
      assertThat(client.reply().content().get("status").getAsString()).isEqualTo("ok");
    }
  }

  @Test
  void aShutdownEndsTheProcessAlsoWithThreadsLeft() throws Exception {
    try (JupyterClient client = new JupyterClient(folder, "")) {
      client.run("new Thread(() -> { while (true) { Thread.onSpinWait(); } }).start();");
      client.shutDown();
      assertThat(client.kernel().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(client.kernel().exitValue()).isZero();
    }
  }

  @Test
  void theKernelEndsWithTheJupyterThatStartedIt() throws Exception {
    Process parent = new ProcessBuilder("sleep", "600").start();
    try (JupyterClient client = new JupyterClient(folder, String.valueOf(parent.pid()))) {
      parent.destroyForcibly();
      assertThat(client.kernel().waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      parent.destroyForcibly();
    }
  }
}

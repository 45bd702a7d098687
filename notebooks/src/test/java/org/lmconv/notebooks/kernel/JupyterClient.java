package org.lmconv.notebooks.kernel;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What Jupyter is to a kernel: starts its process and speaks its messages, over ZeroMQ. */
final class JupyterClient implements AutoCloseable {
  /** A message that came: its type, and its content. */
  record Message(String type, JsonObject content) {}

  private static final String KEY = "secret of the test";
  private static final int PATIENCE_MS = 60_000; // a busy machine starts a JVM slowly

  private final ZContext context = new ZContext();
  private final String session = UUID.randomUUID().toString();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final ZMQ.Socket published;
  private final Process kernel;

  /** Starts a kernel that is told a parent's process id, or "". */
  JupyterClient(Path folder, String parent) throws IOException {
    List<Integer> ports = freePorts(5);
    Path file = folder.resolve("connection.json");
    Files.writeString(
        file,
        """
        {"transport": "tcp", "ip": "127.0.0.1", "signature_scheme": "hmac-sha256", "key": "%s",
         "shell_port": %d, "control_port": %d, "iopub_port": %d, "stdin_port": %d, "hb_port": %d}"""
            .formatted(KEY, ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4)));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            file.toString());
    builder.environment().put("JPY_PARENT_PID", parent);
    kernel =
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    shell = connect(SocketType.DEALER, ports.get(0));
    control = connect(SocketType.DEALER, ports.get(1));
    published = connect(SocketType.SUB, ports.get(2));
    published.subscribe(new byte[0]);
    askUntilPublished();
  }

  Process kernel() {
    return kernel;
  }

  /** A subscription takes a moment, and what is published before is lost: ask until it is not. */
  private void askUntilPublished() {
    published.setReceiveTimeOut(500);
    boolean heard = false;
    for (int i = 0; i < PATIENCE_MS / 500 && !heard; i++) {
      send(shell, "kernel_info_request", new JsonObject());
      heard = published.recv() != null;
    }
    if (!heard) {
      throw new IllegalStateException("the kernel did not start");
    }
    published.setReceiveTimeOut(2000);
    while (published.recv() != null) {
      // The rest of what those questions caused.
    }
    published.setReceiveTimeOut(PATIENCE_MS);
  }

  /** Runs a cell and gives all that it publishes, up to the kernel's being idle again. */
  List<Message> run(String cell) {
    begin(cell);
    return untilIdle();
  }

  /** Sends a cell. */
  void begin(String cell) {
    JsonObject content = new JsonObject();
    content.addProperty("code", cell);
    content.addProperty("silent", false);
    content.addProperty("store_history", true);
    content.addProperty("allow_stdin", false);
    content.addProperty("stop_on_error", true);
    content.add("user_expressions", new JsonObject());
    send(shell, "execute_request", content);
  }

  /** What is published next. */
  Message next() {
    return receive(published);
  }

  List<Message> untilIdle() {
    List<Message> messages = new ArrayList<>();
    while (true) {
      Message message = next();
      if (message.type().equals("status")
          && message.content().get("execution_state").getAsString().equals("idle")) {
        return messages;
      }
      if (!message.type().equals("status") && !message.type().equals("execute_input")) {
        messages.add(message);
      }
    }
  }

  /** The answer to the last cell. */
  Message reply() {
    while (true) {
      Message reply = receive(shell);
      if (reply.type().equals("execute_reply")) {
        return reply;
      }
    }
  }

  void interrupt() {
    send(control, "interrupt_request", new JsonObject());
  }

  void shutDown() {
    JsonObject content = new JsonObject();
    content.addProperty("restart", false);
    send(control, "shutdown_request", content);
  }

  private ZMQ.Socket connect(SocketType type, int port) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setReceiveTimeOut(PATIENCE_MS);
    socket.connect("tcp://127.0.0.1:" + port);
    return socket;
  }

  private void send(ZMQ.Socket socket, String type, JsonObject content) {
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", UUID.randomUUID().toString());
    header.addProperty("session", session);
    header.addProperty("username", "test");
    header.addProperty("date", "2026-01-01T00:00:00.000000Z");
    header.addProperty("msg_type", type);
    header.addProperty("version", "5.3");
    List<String> parts = List.of(header.toString(), "{}", "{}", content.toString());
    socket.sendMore("<IDS|MSG>");
    socket.sendMore(signature(parts));
    for (int i = 0; i < 3; i++) {
      socket.sendMore(parts.get(i));
    }
    socket.send(parts.get(3));
  }

  private static Message receive(ZMQ.Socket socket) {
    String part = socket.recvStr();
    while (part != null && !part.equals("<IDS|MSG>")) {
      part = socket.recvStr(); // addresses
    }
    if (part == null) {
      throw new IllegalStateException("the kernel did not answer");
    }
    String signature = socket.recvStr();
    List<String> parts =
        List.of(socket.recvStr(), socket.recvStr(), socket.recvStr(), socket.recvStr());
    if (!signature.equals(signature(parts))) {
      throw new IllegalStateException("the kernel signed wrongly: " + parts);
    }
    String type =
        JsonParser.parseString(parts.get(0)).getAsJsonObject().get("msg_type").getAsString();
    return new Message(type, JsonParser.parseString(parts.get(3)).getAsJsonObject());
  }

  private static String signature(List<String> parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      parts.forEach(part -> mac.update(part.getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All open at once, so that they differ. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0);
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  @Override
  public void close() {
    kernel.destroyForcibly();
    context.close();
  }
}

package org.lmconv.notebooks.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class NotebookKernelTest {
  /** For the interrupt test: counted down by a cell when it runs. */
  public static final CountDownLatch RUNNING = new CountDownLatch(1);

  @TempDir Path folder;
  private final NotebookKernel kernel = new NotebookKernel();

  @BeforeEach
  void start() {
    kernel.onStartup();
  }

  @AfterEach
  void stop() {
    kernel.onShutdown(false);
  }

  @Test
  void theLastExpressionIsTheValue() {
    assertThat(kernel.evalRaw("int x = 3;\nx + 4")).isEqualTo(7);
    assertThat(kernel.evalRaw("x")).isEqualTo(3);
    assertThat(kernel.eval("\"seven\"").getData(MIMEType.TEXT_PLAIN)).isEqualTo("seven");
  }

  @Test
  void declarationsAndStatementsHaveNoValue() {
    assertThat(kernel.evalRaw("int y = 3;")).isNull();
    assertThat(kernel.evalRaw("y = 3;")).as("as in JJava").isNull();
    assertThat(kernel.evalRaw("y;\nint z = y;")).isNull();
    assertThat(kernel.evalRaw("for (int i = 0; i < 3; i++) { y++; }")).isNull();
    assertThat(kernel.evalRaw("int twice(int i) { return 2 * i; }")).isNull();
    assertThat(kernel.evalRaw("// nothing but a comment")).isNull();
    assertThat(kernel.evalRaw("")).isNull();
    assertThat(kernel.evalRaw("twice(y)")).isEqualTo(12);
  }

  @Test
  void cellsMayDeclareAgain() {
    kernel.evalRaw("int f() { return 1; }");
    kernel.evalRaw("int g() { return 10 * f(); }");
    kernel.evalRaw("int f() { return 2; }");
    assertThat(kernel.evalRaw("g()")).isEqualTo(20);
  }

  @Test
  void commonPackagesAreImported() {
    assertThat(kernel.evalRaw("Stream.of(3, 4).collect(Collectors.toList())"))
        .isEqualTo(List.of(3, 4));
    assertThat(kernel.evalRaw("Path.of(\"a\").resolve(\"b\").getNameCount()")).isEqualTo(2);
  }

  @Test
  void aCompileErrorNamesItsLineAndPlace() {
    CellException error = failure("int a = 1;\n\nString s =\n    a;");
    assertThat(error).isInstanceOf(CellException.CompileError.class);
    assertThat(error)
        .hasMessage("line 4: incompatible types: int cannot be converted to java.lang.String");
    assertThat(kernel.formatError(error))
        .containsExactly(error.getMessage(), "        a;", "        ^");
  }

  @Test
  void codeWithoutAnEndIsToldByWhereItBegins() {
    assertThat(failure("int a = 1;\n\nfor (int i = 0;"))
        .isInstanceOf(CellException.CompileError.class)
        .hasMessage("line 3: the code that begins here has no end");
  }

  @Test
  void whatComesBeforeAnErrorIsDone() {
    failure("int before = 7;\nundeclared();");
    assertThat(kernel.evalRaw("before")).isEqualTo(7);
  }

  @Test
  void anExceptionHasItsNameItsMessageAndTheLinesOfCells() {
    kernel.evalRaw(
        "int fail(int i) {\n  if (i > 0) throw new IllegalStateException(\"bad \" + i);\n  return i;\n}");
    CellException error = failure("int k = 1;\n\n// a comment\nfail(0) +\n    fail(k)");
    assertThat(error)
        .isInstanceOf(CellException.CellFailed.class)
        .hasMessage("IllegalStateException: bad 1");
    assertThat(kernel.formatError(error))
        .containsExactly(
            "IllegalStateException: bad 1",
            "    at line 2 of an earlier cell, in fail",
            "    at line 5 of this cell");
  }

  @Test
  void errorsOfJavaAndCausesAreToldToo() {
    assertThat(failure("throw new StackOverflowError();")).hasMessage("StackOverflowError");
    assertThat(failure("throw new Exception(\"outer\", new IOException(\"inner\"));").lines())
        .startsWith("Exception: outer")
        .endsWith("caused by IOException: inner");
  }

  @Test
  void aMethodMayUseWhatALaterCellDeclares() {
    assertThat(kernel.evalRaw("int h() { return later() + 1; }")).isNull();
    assertThat(failure("h();"))
        .hasMessage("what int h() { return later() + 1; } uses is not declared: method later()");
    kernel.evalRaw("int later() { return 41; }");
    assertThat(kernel.evalRaw("h()")).isEqualTo(42);
  }

  @Test
  void classpathLoadsTheJarsOfAGlob() throws Exception {
    jar(folder.resolve("greeter.jar"));
    assertThat(kernel.evalRaw("%classpath " + folder + "/*.jar\nimport greet.Greeter;")).isNull();
    assertThat(kernel.evalRaw("Greeter.greet()")).isEqualTo("hello");
  }

  @Test
  void classpathWithoutJarsNamesTheRemedy() {
    String glob = folder + "/none/*.jar";
    assertThat(failure("%classpath " + glob))
        .hasMessageContaining("there is no " + glob + ": build LMConv, which bin/notebooks does");
  }

  @Test
  void anUnknownMagicIsAnError() {
    assertThatThrownBy(() -> kernel.evalRaw("%nothing at all")).hasMessageContaining("nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int a = 1;|complete",
        "a + 1|complete",
        "int b() {|'    '",
        "%classpath a/*.jar|complete",
        "a ) b|invalid"
      })
  void completenessIsTold(String code, String expected) {
    assertThat(kernel.isComplete(code)).isEqualTo(expected);
  }

  @Test
  void namesAreCompleted() {
    kernel.evalRaw("int unmistakable = 1;");
    var options = kernel.complete("1 + unmis", 9);
    assertThat(options.getReplacements()).containsExactly("unmistakable");
    assertThat(options.getSourceStart()).isEqualTo(4);
    assertThat(options.getSourceEnd()).isEqualTo(9);
  }

  @Test
  void documentationIsFound() {
    assertThat(kernel.inspect("Math.abs(", 9, false).getData(MIMEType.TEXT_PLAIN).toString())
        .contains("Math.abs(int");
    assertThat(kernel.inspect("nothing", 7, false)).isNull();
  }

  @Test
  void anInterruptStopsAWaitingCell() throws Exception {
    Thread interrupter =
        new Thread(
            () -> {
              try {
                RUNNING.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              kernel.interrupt();
            });
    interrupter.start();
    String cell = getClass().getName() + ".RUNNING.countDown();\nThread.sleep(600_000);";
    assertThat(failure(cell)).isInstanceOf(CellException.Interrupted.class);
    interrupter.join();
    assertThat(kernel.evalRaw("1 + 1")).as("the next cell is not interrupted").isEqualTo(2);
  }

  private CellException failure(String cell) {
    return catchThrowableOfType(CellException.class, () -> kernel.evalRaw(cell));
  }

  private static void jar(Path jar) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    String source =
        "package greet; public class Greeter { public static String greet() { return \"hello\"; } }";
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///greet/Greeter.java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options = List.of("-d", classes.toString());
    assertThat(compiler.getTask(null, null, null, options, null, List.of(file)).call()).isTrue();
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("greet/Greeter.class"));
      Files.copy(classes.resolve("greet/Greeter.class"), entries);
      entries.closeEntry();
    }
  }
}

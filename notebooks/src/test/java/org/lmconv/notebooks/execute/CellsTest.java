package org.lmconv.notebooks.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lmconv.notebooks.execute.Cells.CellFault;

/** Cells of one shell; names differ from test to test. */
class CellsTest {
  private static final Cells CELLS = new Cells();

  @AfterAll
  static void close() {
    CELLS.close();
  }

  private static List<String> fault(String cell) {
    return catchThrowableOfType(CellFault.class, () -> CELLS.run(cell))
        .getMessage()
        .lines()
        .map(line -> line.replaceFirst("^ {4}", ""))
        .toList();
  }

  @Test
  void theLastExpressionIsTheValue() throws CellFault {
    assertThat(CELLS.run("int x = 3;\nx + 4")).isEqualTo(7);
    assertThat(CELLS.run("x")).isEqualTo(3);
    assertThat(CELLS.run("var list = List.of(x);\nlist")).isEqualTo(List.of(3));
    assertThat(CELLS.run("new Object() { public String toString() { return \"o\"; } }"))
        .hasToString("o");
  }

  @Test
  void declarationsAndStatementsHaveNoValue() throws CellFault {
    assertThat(CELLS.run("int y = 3;")).isNull();
    assertThat(CELLS.run("y = 3;")).as("as in JJava").isNull();
    assertThat(CELLS.run("y;\nint z = y;")).isNull();
    assertThat(CELLS.run("for (int i = 0; i < 3; i++) { y++; }")).isNull();
    assertThat(CELLS.run("int twice(int i) { return 2 * i; }")).isNull();
    assertThat(CELLS.run("// nothing but a comment")).isNull();
    assertThat(CELLS.run("")).isNull();
    assertThat(CELLS.run("twice(y)")).isEqualTo(12);
  }

  @Test
  void cellsMayDeclareAgain() throws CellFault {
    CELLS.run("int f() { return 1; }");
    CELLS.run("int g() { return 10 * f(); }");
    CELLS.run("int f() { return 2; }");
    assertThat(CELLS.run("g()")).isEqualTo(20);
  }

  @Test
  void commonPackagesAreImported() throws CellFault {
    assertThat(CELLS.run("Stream.of(3, 4).collect(Collectors.toList())")).isEqualTo(List.of(3, 4));
    assertThat(CELLS.run("Path.of(\"a\").resolve(\"b\").getNameCount()")).isEqualTo(2);
  }

  @Test
  void aCompileErrorNamesItsLineAndPlace() {
    assertThat(fault("int a = 1;\n\nString s =\n    a;"))
        .containsExactly(
            "line 4: incompatible types: int cannot be converted to java.lang.String",
            "        a;",
            "        ^");
  }

  @Test
  void codeWithoutAnEndIsToldByWhereItBegins() {
    assertThat(fault("int b = 1;\n\nfor (int i = 0;"))
        .startsWith("line 3: the code that begins here has no end");
  }

  @Test
  void whatComesBeforeAnErrorIsDone() throws CellFault {
    fault("int before = 7;\nundeclared();");
    assertThat(CELLS.run("before")).isEqualTo(7);
  }

  @Test
  void anExceptionHasItsNameItsMessageAndTheLinesOfCells() throws CellFault {
    CELLS.run(
        "int fail(int i) {\n"
            + "  if (i > 0) throw new IllegalStateException(\"bad \" + i);\n"
            + "  return i;\n"
            + "}");
    assertThat(fault("int k = 1;\n\n// a comment\nfail(0) +\n    fail(k)"))
        .containsExactly(
            "IllegalStateException: bad 1",
            "    at line 2 of an earlier cell, in fail",
            "    at line 5 of this cell");
  }

  @Test
  void errorsOfJavaAndCausesAreToldToo() {
    assertThat(fault("throw new StackOverflowError();")).startsWith("StackOverflowError");
    assertThat(fault("throw new Exception(\"outer\", new IOException(\"inner\"));"))
        .startsWith("Exception: outer")
        .endsWith("caused by IOException: inner");
  }

  @Test
  void aMethodMayUseWhatALaterCellDeclares() throws CellFault {
    assertThat(CELLS.run("int h() { return later() + 1; }")).isNull();
    assertThat(fault("h();"))
        .startsWith("what int h() { return later() + 1; } uses is not declared: method later()");
    CELLS.run("int later() { return 41; }");
    assertThat(CELLS.run("h()")).isEqualTo(42);
  }
}

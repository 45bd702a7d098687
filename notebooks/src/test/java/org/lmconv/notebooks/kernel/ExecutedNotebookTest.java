package org.lmconv.notebooks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutedNotebookTest {
  private static final String GOOD =
      """
      {"cell_type": "code", "execution_count": 1, "source": ["int a;\\n", "a"],
       "outputs": [{"output_type": "execute_result", "data": {"text/plain": "0"}}]}""";
  private static final String BAD =
      """
      {"cell_type": "code", "execution_count": 2, "source": "\\n  b();",
       "outputs": [{"output_type": "stream", "text": "x"},
                   {"output_type": "error", "ename": "CompileError", "evalue": "line 2: no b",
                    "traceback": ["line 2: no b", "  b();"]}]}""";
  private static final String NOT_RUN =
      """
      {"cell_type": "code", "execution_count": null, "source": ["c();"], "outputs": []}""";

  @Test
  void aNotebookWhoseCellsRanHasNoFault() {
    assertThat(ExecutedNotebook.fault("n.ipynb", notebook(GOOD, "{\"cell_type\": \"markdown\"}")))
        .isEmpty();
  }

  @Test
  void theFirstErrorIsToldWithItsCell() {
    assertThat(
            ExecutedNotebook.fault(
                "n.ipynb", notebook("{\"cell_type\": \"markdown\"}", GOOD, BAD, BAD)))
        .contains("n.ipynb, code cell 2 (b();): CompileError\n    line 2: no b\n      b();");
  }

  @Test
  void aCellThatDidNotRunIsAFault() {
    assertThat(ExecutedNotebook.fault("n.ipynb", notebook(NOT_RUN)))
        .contains("n.ipynb, code cell 1 (c();): it did not run; did the kernel end?");
  }

  private static String notebook(String... cells) {
    return "{\"cells\": [" + String.join(", ", cells) + "]}";
  }
}

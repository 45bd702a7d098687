package org.lmconv.notebooks.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.notebooks.execute.Cells.CellFault;

class NotebookTest {
  @TempDir Path folder;

  private static String notebook(String... cells) {
    return """
    {"cells": [{"cell_type": "markdown", "source": ["# <b> Ä"]}, %s], "nbformat": 4}\
    """
        .formatted(String.join(", ", cells));
  }

  private static String code(String source) {
    Map<String, Object> cell =
        Map.of(
            "cell_type",
            "code",
            "execution_count",
            9,
            "outputs",
            List.of("old"),
            "source",
            source.split("(?<=\n)"));
    return new Gson().toJson(new TreeMap<>(cell));
  }

  @Test
  void outputsAreStoredAsJupyterStoresThem() throws Exception {
    Notebook notebook =
        new Notebook(
            "n.ipynb",
            notebook(
                code("System.out.println(\"one\\ntwo\");"),
                code("org.lmconv.notebooks.Note.of(\"**%d**\\n<i>\", 3)")));
    notebook.execute();
    assertThat(notebook.text())
        .startsWith("{\n \"cells\": [\n  {\n   \"cell_type\": \"markdown\",\n")
        .contains("\"# <b> Ä\"")
        .doesNotContain("old")
        .contains(
            """
               "execution_count": 1,
               "outputs": [
                {
                 "name": "stdout",
                 "output_type": "stream",
                 "text": [
                  "one\\n",
                  "two\\n"
                 ]
                }
               ],
            """)
        .contains(
            """
                 "data": {
                  "text/markdown": [
                   "**3**\\n",
                   "<i>"
                  ],
                  "text/plain": [
                   "**3**\\n",
                   "<i>"
                  ]
                 },
                 "execution_count": 2,
                 "metadata": {},
                 "output_type": "execute_result"
            """)
        .endsWith("}\n");
  }

  @Test
  void theFirstErrorIsToldWithItsCell() {
    Notebook notebook =
        new Notebook("n.ipynb", notebook(code("int a = 1;"), code("\n  b();"), code("c();")));
    assertThatThrownBy(notebook::execute)
        .isInstanceOf(CellFault.class)
        .message()
        .startsWith("n.ipynb, code cell 2 (b();): line 2: cannot find symbol; symbol:   method b()")
        .endsWith("  b();\n        ^");
  }

  @Test
  void classpathLoadsTheJarsOfAGlob() throws Exception {
    jar(folder.resolve("greeter.jar"));
    Notebook notebook =
        new Notebook(
            "n.ipynb",
            notebook(
                code("%classpath " + folder + "/*.jar\nimport greet.Greeter;"),
                code("Greeter.greet()")));
    notebook.execute();
    assertThat(notebook.text()).contains("\"hello\"");
  }

  @Test
  void aClasspathWithoutJarsAndOtherMagicsAreRefused() {
    String glob = folder + "/none/*.jar";
    assertThatThrownBy(new Notebook("n", notebook(code("%classpath " + glob)))::execute)
        .hasMessageContaining("there is no " + glob + ": build LMConv, which bin/notebooks does");
    assertThatThrownBy(new Notebook("n", notebook(code("%nothing at all")))::execute)
        .hasMessageContaining("of magics only %classpath is known, not %nothing at all");
  }

  private static void jar(Path jar) throws Exception {
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    String source =
        "package greet; public class Greeter { public static String greet() { return \"hello\"; }"
            + " }";
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///greet/Greeter.java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options = List.of("-d", classes.toString());
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, options, null, List.of(file))
                .call())
        .isTrue();
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      entries.putNextEntry(new JarEntry("greet/Greeter.class"));
      Files.copy(classes.resolve("greet/Greeter.class"), entries);
      entries.closeEntry();
    }
  }
}

package org.lmconv.jobs.bench;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where a process finds all classes of this one. */
final class ClassPath {
  private ClassPath() {}

  /**
   * This code, whose manifest names the natives beside it, and whatever else there is. spark-submit
   * loads an application, and what --jars adds to it, by a class loader that the system property
   * knows nothing of.
   */
  static String ofThisProcess() {
    List<URL> urls = new ArrayList<>();
    urls.add(ClassPath.class.getProtectionDomain().getCodeSource().getLocation());
    if (ClassPath.class.getClassLoader() instanceof URLClassLoader loader) {
      urls.addAll(List.of(loader.getURLs()));
    }
    Set<String> places = new LinkedHashSet<>();
    urls.stream()
        .filter(url -> url.getProtocol().equals("file"))
        .map(ClassPath::path)
        .forEach(places::add);
    places.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, places);
  }

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(url + " is no place", e);
    }
  }
}

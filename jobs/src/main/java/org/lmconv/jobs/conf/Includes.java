package org.lmconv.jobs.conf;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;
import java.util.regex.Pattern;

/**
 * Which includes of HOCON are followed: of a file that a user names those of other files, of what
 * came with a checkpoint none; never one that would make a request.
 *
 * @param files whether those of files are followed
 * @param library what follows them
 */
record Includes(boolean files, ConfigIncluder library)
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  /** Follows none. */
  static final Includes NONE = new Includes(false, null);

  /** Follows those of files; the library adds itself when it parses. */
  static final Includes OF_FILES = new Includes(true, null);

  private static final Pattern URL_LIKE = Pattern.compile("\\w{2,}:.*"); // C:\file is none

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return new Includes(files, fallback);
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (!files || URL_LIKE.matcher(what).matches()) {
      throw refused(what);
    }
    return library.include(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    if (files && library instanceof ConfigIncluderFile includer) {
      return includer.includeFile(context, what);
    }
    throw refused(what);
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused(what);
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused(what);
  }

  private ConfigException refused(Object what) {
    return new ConfigException.Generic(
        files
            ? "it includes %s; include a file".formatted(what)
            : "it includes %s, which a stored configuration may not".formatted(what));
  }
}

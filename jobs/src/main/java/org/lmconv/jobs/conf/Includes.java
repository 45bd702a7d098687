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
 * @param files what follows an include of a file; null if none is to be followed
 */
record Includes(ConfigIncluder files)
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  /** Follows none. */
  static final Includes NONE = new Includes(null);

  private static final Pattern URL_LIKE = Pattern.compile("\\w{2,}:.*"); // C:\file is none

  /** Follows those of files. */
  record OfFiles() implements ConfigIncluder {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return new Includes(fallback);
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw new IllegalStateException("without the includer of the library");
    }
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (files == null || URL_LIKE.matcher(what).matches()) {
      throw refused(what);
    }
    return files.include(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    if (files instanceof ConfigIncluderFile includer) {
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
        files == null
            ? "it includes %s, which a stored configuration may not".formatted(what)
            : "it includes %s; include a file".formatted(what));
  }
}

package org.leadscore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the code that stands in the jar. It is copied to a new folder of the system's temporary one, which is
 * gone again when it is loaded. Where nothing may be run from there, the property {@code leadscore.native} names the
 * unpacked file instead.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    static void load() {
        String unpacked = System.getProperty("leadscore.native");
        if (unpacked != null) {
            System.load(Path.of(unpacked).toAbsolutePath().toString());
            return;
        }
        try {
            loadFrom("native/" + platform() + "/");
        } catch (IOException error) {
            throw new UnsatisfiedLinkError("leadscore: its native code cannot be unpacked: " + error);
        }
    }

    private static String platform() {
        String machine = System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "-"
                + (machine.equals("amd64") ? "x86_64" : machine);
    }

    /** The library itself is the last of those that the list there names. */
    private static void loadFrom(String place) throws IOException {
        List<Path> files = new ArrayList<>();
        Path folder = Files.createTempDirectory("leadscore").toAbsolutePath();
        try {
            for (String name : new String(read(place + "files"), StandardCharsets.UTF_8).split("\n")) {
                Path file = folder.resolve(name);
                files.add(file);
                Files.write(file, read(place + name));
            }
            System.load(files.get(files.size() - 1).toString());
        } finally {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        }
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream stream = NativeLibrary.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("the jar has no " + name);
            }
            return stream.readAllBytes();
        }
    }
}

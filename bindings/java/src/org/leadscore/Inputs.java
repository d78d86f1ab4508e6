package org.leadscore;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is given to C, looked at before it is. */
final class Inputs {
    private Inputs() {}

    static <T> T present(T value, String name) {
        if (value == null) {
            throw LeadscoreException.invalid(name + " is null");
        }
        return value;
    }

    /** A text as UTF-8; null of null. */
    static byte[] utf8(String text) {
        return utf8(text, "the text");
    }

    private static byte[] utf8(String text, String name) {
        if (text == null) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                i += checkPair(text, i, name);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Java would write a '?' for half a character. */
    private static int checkPair(String text, int i, String name) {
        if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
            throw LeadscoreException.invalid(inJava(name) + " has half a character (a lone surrogate) at " + i);
        }
        return 1;
    }

    /** The name of an argument, which C writes with underlines. */
    private static String inJava(String name) {
        return Pattern.compile("_(.)").matcher(name).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    /** A text that C reads up to its NUL; null of null. */
    static byte[] bytes(String text, String name) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw LeadscoreException.invalid(inJava(name) + " has a NUL at " + text.indexOf('\0'));
        }
        return utf8(text, name);
    }

    /** Such texts, looked at by {@link #names}. */
    static byte[][] bytes(List<String> texts, String name) {
        byte[][] all = new byte[texts.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes(texts.get(i), name + "[" + i + "]");
        }
        return all;
    }

    /** Names, none of them null. */
    static List<String> names(Iterable<String> names, String what) {
        List<String> all = new ArrayList<>();
        for (String name : present(names, what)) {
            all.add(present(name, what + "[" + all.size() + "]"));
        }
        return Collections.unmodifiableList(all);
    }

    /** The name of a file; null of null. C opens it, which knows of no other files than the system's. */
    static String path(Path path) {
        if (path != null && path.getFileSystem() != FileSystems.getDefault()) {
            throw LeadscoreException.invalid(path + " is of " + path.getFileSystem() + ", must be a file of the system");
        }
        return path == null ? null : path.toString();
    }

    static String path(Path path, String name) {
        return path(present(path, name));
    }

    static void delimiter(char delimiter) {
        if (delimiter > 127) {
            throw LeadscoreException.invalid("delimiter is '" + delimiter + "', must be a character of ASCII");
        }
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static long timeMs(Instant time, String name) {
        try {
            return present(time, name).toEpochMilli();
        } catch (ArithmeticException beyond) {
            throw LeadscoreException.invalid(name + " is " + time + ", must be in the years 1 to 9999");
        }
    }

    /** A time that may be left out: C has the least number for it. */
    static long optionalMs(Instant time, String name) {
        return time == null ? Long.MIN_VALUE : timeMs(time, name);
    }

    static long durationMs(Duration duration, String name) {
        try {
            return present(duration, name).toMillis();
        } catch (ArithmeticException beyond) {
            throw LeadscoreException.invalid(name + " is " + duration + ", which is too long");
        }
    }

    /** A number that is not negative. */
    static int whole(int number, String name) {
        if (number < 0) {
            throw LeadscoreException.invalid(name + " is " + number + ", must be 0 or more");
        }
        return number;
    }

    /** As it is in C: 0 is the default there. */
    static long limit(long limit) {
        if (limit < 0) {
            throw LeadscoreException.invalid("limit is " + limit + ", must be 0 or more");
        }
        return limit;
    }

    /** How many rows of a width there are in so many numbers. */
    static int rows(long numbers, int width) {
        if (numbers % width != 0) {
            throw LeadscoreException.invalid("the table has " + numbers + " numbers, which are no rows of " + width);
        }
        return (int) (numbers / width);
    }

    /** A direct buffer, as one whose position and limit no other thread moves. */
    static FloatBuffer direct(FloatBuffer buffer, String name) {
        if (!present(buffer, name).isDirect()) {
            throw LeadscoreException.invalid(name + " is not a direct buffer");
        }
        if (buffer.order() != ByteOrder.nativeOrder()) {
            throw LeadscoreException.invalid(name + " has not the machine's byte order: ByteOrder.nativeOrder()");
        }
        FloatBuffer own = buffer.duplicate();
        touch(own, name);
        return own;
    }

    /** What C would fall over: an arena that was closed, or is another thread's. */
    private static void touch(FloatBuffer buffer, String name) {
        try {
            if (buffer.hasRemaining()) {
                buffer.get(buffer.position());
            }
        } catch (RuntimeException error) {
            throw LeadscoreException.invalid("the memory of " + name + " cannot be reached: " + error.getMessage());
        }
    }

    /** Likewise, with room for so many numbers. */
    static FloatBuffer room(FloatBuffer buffer, long numbers, String name) {
        FloatBuffer own = direct(buffer, name);
        if (own.isReadOnly()) {
            throw LeadscoreException.invalid(name + " may only be read");
        }
        if (own.remaining() < numbers) {
            throw LeadscoreException.invalid(
                    name + " has room for " + own.remaining() + " numbers, must have it for " + numbers);
        }
        return own;
    }
}

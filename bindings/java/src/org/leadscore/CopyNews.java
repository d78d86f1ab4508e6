package org.leadscore;

/**
 * How far a copy is.
 *
 * @param bytes that are copied
 * @param all of them
 */
public record CopyNews(long bytes, long all) {
    /** Passes on what C tells; null of null. */
    static Watch watch(Progress<? super CopyNews> progress) {
        return progress == null ? null : (none, bytes, all, item) ->
                progress.told(new CopyNews((long) bytes, (long) all));
    }
}

package io.felucca.apiserver;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import io.felucca.machinery.StatusReason;
import java.util.List;

/** Reads the resourceVersion of a query. */
final class Versions {
    private Versions() {}

    /** -1 if there is none, 0 for "any". */
    static long parse(String resourceVersion) {
        if (resourceVersion == null || resourceVersion.isEmpty()) {
            return -1;
        }
        try {
            long version = Long.parseLong(resourceVersion);
            if (version >= 0) {
                return version;
            }
        } catch (NumberFormatException e) {
            throw invalid(resourceVersion);
        }
        throw invalid(resourceVersion);
    }

    private static ApiException invalid(String resourceVersion) {
        return ApiException.badRequest(
                "Invalid value: \"" + resourceVersion + "\": invalid resource version");
    }

    /** Throws if the cache has not come so far: the version is of another server. */
    static void checkReached(long wanted, long now) {
        if (wanted > now) {
            throw new ApiException(
                    new Status(
                            StatusReason.Timeout.code(),
                            StatusReason.Timeout,
                            "Too large resource version: " + wanted + ", current: " + now,
                            new Status.Details(
                                    "",
                                    "",
                                    "",
                                    "",
                                    List.of(
                                            new StatusCause(
                                                    "ResourceVersionTooLarge",
                                                    "Too large resource version",
                                                    "")),
                                    1)));
        }
    }
}

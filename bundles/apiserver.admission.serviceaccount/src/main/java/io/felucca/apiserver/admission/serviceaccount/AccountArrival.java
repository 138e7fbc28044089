package io.felucca.apiserver.admission.serviceaccount;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.GroupVersionResource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the default account of a namespace that was made a moment ago: one manifest often holds
 * a namespace and its pods, and the controller that makes the account is only told of it after.
 */
final class AccountArrival {
    static final String DEFAULT = "default";

    private static final GroupVersionResource ACCOUNTS =
            new GroupVersionResource("", "v1", "serviceaccounts");
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");
    private static final int BATCH = 100;

    private AccountArrival() {}

    /** Returns once the account is there, the watch has ended, or the time is over. */
    static void await(ApiServer server, String namespace, long atMostMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMillis);
        ApiRequest request = ApiRequest.of(SERVER, "watch", ACCOUNTS, namespace, "");
        // Without a resourceVersion the events begin with what is there already.
        ListOptions options =
                new ListOptions("", "metadata.name=" + DEFAULT, "", "", 0, "", false, false, 0);
        Semaphore news = new Semaphore(0);
        try (WatchCursor cursor = server.watch(request, options)) {
            while (!cursor.ended()) {
                if (cursor.poll(BATCH).stream().anyMatch(AccountArrival::isThere)) {
                    return;
                }
                cursor.onAvailable(news::release);
                if (!news.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isThere(WatchCursor.Event event) {
        return event.type() == WatchCursor.Type.ADDED || event.type() == WatchCursor.Type.MODIFIED;
    }
}

package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.GroupVersionResource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** The shared informers of the process, each as long as somebody has a view of it. */
final class SharedInformers {
    /** How long at least a decoded object is kept after its use. */
    private static final long KEPT_MILLIS = 10_000;

    private final ServerGate gate;
    private final Codec codec;
    private final Pool pool;
    private final Recent recent = new Recent();
    private final Map<Selection, Shared<?>> shared = new HashMap<>();

    private record Selection(Class<?> type, GroupVersionResource resource, String fieldSelector) {}

    /** An informer with the number of its views. */
    private static final class Shared<T extends HasMetadata> {
        final SharedInformer<T> informer;
        final Consumer<ApiServer> follower;
        int views;

        Shared(SharedInformer<T> informer) {
            this.informer = informer;
            this.follower = informer::serverArrived;
        }
    }

    SharedInformers(ServerGate gate, Codec codec, Pool pool) {
        this.gate = gate;
        this.codec = codec;
        this.pool = pool;
        pool.after(KEPT_MILLIS, this::age);
    }

    private void age() {
        recent.age();
        pool.after(KEPT_MILLIS, this::age);
    }

    <T extends HasMetadata> InformerView<T> typed(
            Class<T> type, String fieldSelector, UserInfo user) {
        Selection selection = new Selection(type, Codec.resource(type), fieldSelector);
        return view(selection, json -> codec.typed(type, json), user);
    }

    InformerView<PartialObjectMetadata> metadata(GroupVersionResource resource, UserInfo user) {
        return view(
                new Selection(PartialObjectMetadata.class, resource, ""), codec::metadata, user);
    }

    private synchronized <T extends HasMetadata> InformerView<T> view(
            Selection selection, Function<byte[], T> decoder, UserInfo user) {
        // The selection holds the type, so what is found under it is of that type.
        @SuppressWarnings("unchecked")
        Shared<T> one = (Shared<T>) shared.get(selection);
        if (one == null) {
            one =
                    new Shared<>(
                            new SharedInformer<>(
                                    selection.resource(),
                                    selection.fieldSelector(),
                                    decoder,
                                    recent,
                                    pool));
            shared.put(selection, one);
            gate.follow(one.follower);
        }
        one.views++;
        Shared<T> used = one;
        return new InformerView<>(
                one.informer,
                selection.resource(),
                selection.fieldSelector(),
                user,
                gate,
                pool,
                () -> release(selection, used));
    }

    private synchronized void release(Selection selection, Shared<?> one) {
        one.views--;
        if (one.views == 0) {
            shared.remove(selection);
            gate.unfollow(one.follower);
            one.informer.close();
        }
    }

    synchronized void close() {
        for (Shared<?> one : shared.values()) {
            gate.unfollow(one.follower);
            one.informer.close();
        }
        shared.clear();
    }
}

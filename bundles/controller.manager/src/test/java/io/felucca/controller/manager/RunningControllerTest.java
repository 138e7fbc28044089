package io.felucca.controller.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.controller.api.TerminalException;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.StatusReason;
import io.felucca.metrics.MetricSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RunningControllerTest {
    private static final Key A = new Key("default", "a");

    private final FakeInformer informer = new FakeInformer();
    private final ThreadLocal<Long> written = ThreadLocal.withInitial(() -> 0L);
    private final Workers workers = new Workers();
    private final BlockingQueue<Key> calls = new LinkedBlockingQueue<>(100_000);
    private RunningController controller;

    /** Only the trace of writes. */
    private final Clients clients =
            new Clients() {
                @Override
                public <T extends HasMetadata> Client<T> of(Class<T> type) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Client<GenericKubernetesResource> of(GroupVersionResource resource) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public EventRecorder events() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public List<Served> discover() {
                    return List.of();
                }

                @Override
                public long lastWrite() {
                    return written.get();
                }

                @Override
                public void resetLastWrite() {
                    written.set(0L);
                }
            };

    private final Informers informers =
            new Informers() {
                @Override
                @SuppressWarnings("unchecked") // These tests ask for ConfigMaps only.
                public <T extends HasMetadata> Informer<T> of(Class<T> type) {
                    return (Informer<T>) informer;
                }

                @Override
                public <T extends HasMetadata> Informer<T> of(Class<T> type, String selector) {
                    return of(type);
                }

                @Override
                public Informer<PartialObjectMetadata> metadata(GroupVersionResource resource) {
                    throw new UnsupportedOperationException();
                }
            };

    private void run(Function<Key, Result> work) {
        run(List.of(Source.self(ConfigMap.class)), work);
    }

    private void run(List<Source<?>> sources, Function<Key, Result> work) {
        Reconciler reconciler =
                new Reconciler() {
                    @Override
                    public List<Source<?>> sources() {
                        return sources;
                    }

                    @Override
                    public Result reconcile(Key key) {
                        calls.add(key);
                        return work.apply(key);
                    }
                };
        start(reconciler);
    }

    private void start(Reconciler reconciler) {
        controller =
                new RunningController(
                        "test-controller",
                        reconciler,
                        clients,
                        workers,
                        4,
                        new QueueMetrics(new MetricSet(), System::nanoTime));
        controller.start(informers);
    }

    private Key next() throws InterruptedException {
        return calls.poll(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        controller.stop();
        workers.close();
    }

    @Test
    void noKeyIsWorkedOnTwiceAtOnceAndNoChangeIsLost() throws InterruptedException {
        Map<Key, AtomicBoolean> busy = new ConcurrentHashMap<>();
        Map<Key, AtomicInteger> newest = new ConcurrentHashMap<>();
        Map<Key, Integer> handled = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            newest.put(new Key("default", "k" + i), new AtomicInteger());
        }
        run(
                key -> {
                    AtomicBoolean mine = busy.computeIfAbsent(key, none -> new AtomicBoolean());
                    if (!mine.compareAndSet(false, true)) {
                        overlaps.incrementAndGet();
                    }
                    int seen = newest.get(key).get();
                    Integer before = handled.put(key, seen);
                    if (seen == 2000 && (before == null || before != 2000)) {
                        all.countDown();
                    }
                    mine.set(false);
                    return Result.done();
                });
        for (int change = 1; change <= 2000; change++) {
            for (int i = 0; i < 5; i++) {
                newest.get(new Key("default", "k" + i)).set(change);
                informer.change("k" + i);
            }
        }
        assertTrue(all.await(30, TimeUnit.SECONDS), "the last change of each is seen: " + handled);
        assertEquals(0, overlaps.get());
    }

    @Test
    void aKeyWaitsUntilItsOwnWritesAreToBeSeen() throws InterruptedException {
        run(
                key -> {
                    written.set(10L);
                    return Result.done();
                });
        informer.change("a");
        assertEquals(A, next());
        informer.change("a");
        informer.change("b");
        assertEquals(new Key("default", "b"), next(), "only the one that wrote waits");
        while (informer.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertTrue(calls.isEmpty());
        informer.reach(10);
        assertEquals(A, next());
    }

    @Test
    void nothingIsDecidedBeforeTheInformersAreSynced() throws InterruptedException {
        informer.unsynced();
        run(key -> Result.done());
        informer.change("a");
        while (informer.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertTrue(calls.isEmpty());
        informer.reach(5);
        assertEquals(A, next());
    }

    @Test
    void failuresAreTriedAgainUnlessThatWouldNotHelp() throws InterruptedException {
        AtomicInteger failures = new AtomicInteger(3);
        run(
                key -> {
                    if (key.name().equals("hopeless")) {
                        throw new TerminalException("never");
                    }
                    if (failures.getAndDecrement() > 0) {
                        throw ApiException.of(StatusReason.Conflict, "somebody was faster");
                    }
                    return Result.done();
                });
        informer.change("a");
        for (int i = 0; i < 4; i++) {
            assertEquals(A, next());
        }
        informer.change("hopeless");
        assertEquals(new Key("default", "hopeless"), next());
        informer.change("a");
        assertEquals(A, next(), "the hopeless one did not come again before");
    }

    @Test
    void aKeyComesBackWhenItAskedTo() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        run(
                key ->
                        runs.incrementAndGet() == 1
                                ? Result.requeueAfter(Duration.ofMillis(1))
                                : Result.done());
        informer.change("a");
        assertEquals(A, next());
        assertEquals(A, next());
    }

    @Test
    void howeverOftenAKeyIsWorkedOnItComesBackOnceAndAsSoonAsItEverAsked()
            throws InterruptedException {
        BlockingQueue<Duration> answers = new LinkedBlockingQueue<>(100);
        run(key -> Result.requeueAfter(answers.remove()));
        for (int i = 0; i < 10; i++) {
            answers.add(Duration.ofHours(1).plusMinutes(i));
            informer.change("a");
            assertEquals(A, next());
        }
        answers.add(Duration.ofMillis(1));
        answers.add(Duration.ofHours(1));
        informer.change("a");
        assertEquals(A, next());
        assertEquals(A, next(), "after a millisecond");
        controller.stop();
        assertEquals(0, workers.planned(), "who is gone leaves nothing behind");
    }

    @Test
    void aChangeWhoseSourceCanNotSayYetIsAskedAgain() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        Source<ConfigMap> source =
                Source.mapped(
                        ConfigMap.class,
                        map -> {
                            if (asked.incrementAndGet() == 1) {
                                throw ApiException.unavailable("not synced", 1);
                            }
                            return List.of(Key.of(map));
                        });
        run(List.of(source), key -> Result.done());
        informer.change("a");
        assertEquals(A, next());
    }

    @Test
    void aReconcilerBringsUpKeysOfItsOwnUntilItIsStopped() throws InterruptedException {
        LinkedBlockingQueue<Consumer<Key>> queues = new LinkedBlockingQueue<>(1);
        start(
                new Reconciler() {
                    @Override
                    public List<Source<?>> sources() {
                        return List.of(Source.self(ConfigMap.class));
                    }

                    @Override
                    public void started(Consumer<Key> queue) {
                        queues.add(queue);
                    }

                    @Override
                    public Result reconcile(Key key) {
                        calls.add(key);
                        return Result.done();
                    }
                });
        Consumer<Key> queue = queues.take();
        queue.accept(A);
        assertEquals(A, next());
        assertFalse(informer.isClosed());
        controller.stop();
        assertTrue(informer.isClosed());
        queue.accept(A);
        assertTrue(calls.isEmpty());
    }
}

package io.felucca.kubelet;

import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that can be told apart in a dump and keep no process alive. */
final class NamedThreads implements ThreadFactory {
    private final String name;
    private final ThreadFactory made = Executors.defaultThreadFactory();
    private final AtomicInteger number = new AtomicInteger();

    NamedThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = made.newThread(task);
        thread.setName(name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}

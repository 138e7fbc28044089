package io.felucca.apiserver.rest;

import java.util.concurrent.Executor;
import org.apache.cxf.continuations.Continuation;
import org.apache.cxf.continuations.ContinuationProvider;
import org.apache.cxf.continuations.SuspendedInvocationException;
import org.apache.cxf.message.Message;

/** A call that waits for its resource's stage without a thread. Thread-safe. */
final class BridgeContinuation implements Continuation {
    private final Message message;
    private final Executor executor;
    private boolean isNew = true;
    private boolean pending;
    private boolean resumed;
    private Object object;

    private BridgeContinuation(Message message, Executor executor) {
        this.message = message;
        this.executor = executor;
    }

    /** Gives each message its one continuation. */
    static final class Provider implements ContinuationProvider {
        private final BridgeContinuation continuation;

        Provider(Message message, Executor executor) {
            continuation = new BridgeContinuation(message, executor);
        }

        @Override
        public Continuation getContinuation() {
            return continuation;
        }

        @Override
        public void complete() {
            continuation.reset();
        }
    }

    @Override
    public synchronized boolean suspend(long timeout) {
        if (pending) {
            return false;
        }
        message.getExchange().getInMessage().getInterceptorChain().suspend();
        isNew = false;
        resumed = false;
        pending = true;
        return true;
    }

    @Override
    public void resume() {
        synchronized (this) {
            if (!pending || resumed) {
                return;
            }
            resumed = true;
            pending = false;
        }
        // Never on the thread that completed the stage: that may be the store's or hold locks.
        executor.execute(this::proceed);
    }

    private void proceed() {
        Call call = message.get(Call.class);
        try {
            message.getExchange().getInMessage().getInterceptorChain().resume();
        } catch (SuspendedInvocationException again) {
            // The resource waits for something else now, and its stage resumes it once more.
            return;
        } catch (RuntimeException e) {
            call.fail(e);
        }
        call.requireAnswer();
    }

    @Override
    public synchronized void reset() {
        pending = false;
        resumed = false;
        isNew = true;
        object = null;
    }

    @Override
    public synchronized boolean isNew() {
        return isNew;
    }

    @Override
    public synchronized boolean isPending() {
        return pending;
    }

    @Override
    public synchronized boolean isResumed() {
        return resumed;
    }

    @Override
    public boolean isTimeout() {
        return false;
    }

    @Override
    public synchronized Object getObject() {
        return object;
    }

    @Override
    public synchronized void setObject(Object value) {
        object = value;
    }

    @Override
    public boolean isReadyForWrite() {
        return true;
    }
}

package io.felucca.apiserver.rest;

import java.util.Dictionary;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** A reference that has nothing but a ranking. */
record RankedReference<S>(int ranking) implements ServiceReference<S> {
    @Override
    public Object getProperty(String key) {
        return key.equals("service.ranking") ? ranking : null;
    }

    @Override
    public String[] getPropertyKeys() {
        return new String[] {"service.ranking"};
    }

    @Override
    public Bundle getBundle() {
        return null;
    }

    @Override
    public Bundle[] getUsingBundles() {
        return new Bundle[0];
    }

    @Override
    public boolean isAssignableTo(Bundle bundle, String className) {
        return true;
    }

    @Override
    public int compareTo(Object other) {
        return Integer.compare(ranking, ((RankedReference<?>) other).ranking);
    }

    @Override
    public Dictionary<String, Object> getProperties() {
        return null;
    }

    @Override
    public <A> A adapt(Class<A> type) {
        return null;
    }
}

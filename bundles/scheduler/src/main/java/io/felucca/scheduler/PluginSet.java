package io.felucca.scheduler;

import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.Permit;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PostBind;
import io.felucca.scheduler.api.PostFilter;
import io.felucca.scheduler.api.PreBind;
import io.felucca.scheduler.api.PreEnqueue;
import io.felucca.scheduler.api.PreFilter;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.QueueSort;
import io.felucca.scheduler.api.Reserve;
import io.felucca.scheduler.api.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A profile's plugins as they are now, by extension point. Immutable. */
final class PluginSet {
    private final Profile profile;
    private final List<String> missing = new ArrayList<>();
    private final List<Plugin> all = new ArrayList<>();
    final List<QueueSort> queueSorts;
    final List<PreEnqueue> preEnqueues;
    final List<PreFilter> preFilters;
    final List<Filter> filters;
    final List<PostFilter> postFilters;
    final List<PreScore> preScores;
    final List<Score> scores;
    final List<Reserve> reserves;
    final List<Permit> permits;
    final List<PreBind> preBinds;
    final List<Bind> binds;
    final List<PostBind> postBinds;

    PluginSet(Profile profile, Map<String, Plugin> present) {
        this.profile = profile;
        for (String name : profile.plugins().keySet()) {
            Plugin plugin = present.get(name);
            if (plugin == null) {
                missing.add(name);
            } else {
                all.add(plugin);
            }
        }
        queueSorts = those(QueueSort.class);
        preEnqueues = those(PreEnqueue.class);
        preFilters = those(PreFilter.class);
        filters = those(Filter.class);
        postFilters = those(PostFilter.class);
        preScores = those(PreScore.class);
        scores = those(Score.class);
        reserves = those(Reserve.class);
        permits = those(Permit.class);
        preBinds = those(PreBind.class);
        binds = those(Bind.class);
        postBinds = those(PostBind.class);
    }

    private <T extends Plugin> List<T> those(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    Profile profile() {
        return profile;
    }

    /** Names of plugins that the profile has and nobody provides. */
    List<String> missing() {
        return missing;
    }

    boolean isComplete() {
        return missing.isEmpty();
    }

    int weight(Plugin plugin) {
        return profile.plugins().get(plugin.name());
    }
}

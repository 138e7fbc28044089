package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Ownership;
import io.felucca.controller.api.Pods;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.LabelSelector;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Brings a Deployment's ReplicaSets towards its template and size, one step at a time. Each step's
 * effect comes back as a change of a set, and with it the next step.
 */
@Component(property = Reconciler.NAME + "=deployment-controller")
public final class DeploymentController implements Reconciler {
    private final Lister<Deployment> deployments;
    private final Lister<ReplicaSet> sets;
    private final Lister<Pod> pods;
    private final Client<Deployment> deploymentClient;
    private final Client<ReplicaSet> setClient;
    private final ReplicaSets writer;
    private final Clock clock;

    @Activate
    public DeploymentController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.deployments = informers.of(Deployment.class);
        this.sets = informers.of(ReplicaSet.class);
        this.pods = informers.of(Pod.class);
        this.deploymentClient = clients.of(Deployment.class);
        this.setClient = clients.of(ReplicaSet.class);
        this.writer = new ReplicaSets(setClient, deploymentClient, clients.events());
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Deployment.class),
                Source.controlledBy(ReplicaSet.class, "Deployment"),
                Source.mapped(ReplicaSet.class, this::couldAdopt),
                Source.mapped(Pod.class, this::deploymentOf));
    }

    private Collection<Key> couldAdopt(ReplicaSet set) {
        if (Ownership.controllerOf(set).isPresent()) {
            return List.of();
        }
        return deployments.list(set.getMetadata().getNamespace()).stream()
                .filter(
                        one ->
                                Selectors.of(one.getSpec().getSelector())
                                        .matches(Selectors.labels(set)))
                .map(Key::of)
                .toList();
    }

    /** Only Recreate waits for pods themselves: for the last old one to be gone. */
    private Collection<Key> deploymentOf(Pod pod) {
        return Ownership.controllerOf(pod)
                .filter(owner -> owner.getKind().equals("ReplicaSet"))
                .map(owner -> new Key(pod.getMetadata().getNamespace(), owner.getName()))
                .flatMap(sets::get)
                .flatMap(Ownership::controllerOf)
                .filter(owner -> owner.getKind().equals("Deployment"))
                .map(OwnerReference::getName)
                .map(name -> new Key(pod.getMetadata().getNamespace(), name))
                .flatMap(deployments::get)
                .filter(one -> !Budget.isRolling(one))
                .map(one -> List.of(Key.of(one)))
                .orElse(List.of());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Deployment> found = deployments.get(key);
        if (found.isEmpty()) {
            return Result.done();
        }
        Deployment deployment = found.get();
        LabelSelector selector = Selectors.of(deployment.getSpec().getSelector());
        List<ReplicaSet> owned =
                Ownership.claim(
                        deployment,
                        deploymentClient,
                        sets.list(key.namespace()),
                        set -> selector.matches(Selectors.labels(set)),
                        setClient);
        if (deployment.getMetadata().getDeletionTimestamp() != null) {
            return writeStatus(deployment, owned);
        }
        boolean onlyScale = isPaused(deployment) || ProportionalScale.isNeeded(deployment, owned);
        boolean stepped = onlyScale ? scale(deployment, owned) : roll(deployment, owned);
        // A step changes sets, whose change brings this key back; the counts of now still hold.
        return stepped ? Result.done() : writeStatus(deployment, owned);
    }

    private boolean scale(Deployment deployment, List<ReplicaSet> owned) {
        Optional<ReplicaSet> fresh = Templates.newest(deployment, owned);
        boolean stepped = false;
        for (RollingUpdate.Step step :
                ProportionalScale.plan(deployment, fresh.orElse(null), owned)) {
            stepped |= writer.resize(deployment, step);
        }
        return stepped;
    }

    private boolean roll(Deployment deployment, List<ReplicaSet> owned) {
        Optional<ReplicaSet> known = Templates.newest(deployment, owned);
        List<ReplicaSet> old =
                owned.stream().filter(set -> known.filter(set::equals).isEmpty()).toList();
        if (!Budget.isRolling(deployment) && known.isEmpty() && emptyOld(deployment, old)) {
            return true;
        }
        if (!Budget.isRolling(deployment) && oldPodsRemain(old)) {
            return emptyOld(deployment, old);
        }
        if (known.isEmpty()) {
            writer.create(deployment, owned);
            return true;
        }
        ReplicaSet fresh = known.get();
        if (writer.refresh(deployment, fresh, owned)) {
            return true;
        }
        boolean stepped = false;
        for (RollingUpdate.Step step : plan(deployment, fresh, old)) {
            stepped |= writer.resize(deployment, step);
        }
        if (!stepped && isComplete(deployment, fresh, old)) {
            Revisions.toForget(deployment, old).forEach(writer::forget);
        }
        return stepped;
    }

    private static List<RollingUpdate.Step> plan(
            Deployment deployment, ReplicaSet fresh, List<ReplicaSet> old) {
        return Budget.isRolling(deployment)
                ? RollingUpdate.plan(deployment, fresh, old)
                : List.of(new RollingUpdate.Step(fresh, deployment.getSpec().getReplicas()));
    }

    private boolean emptyOld(Deployment deployment, List<ReplicaSet> old) {
        boolean stepped = false;
        for (ReplicaSet set : old) {
            stepped |= writer.resize(deployment, new RollingUpdate.Step(set, 0));
        }
        return stepped;
    }

    /** Whether a pod of an old template still runs; Recreate starts the new only after the last. */
    private boolean oldPodsRemain(List<ReplicaSet> old) {
        return old.stream()
                .flatMap(set -> pods.ownedBy(set.getMetadata().getUid()).stream())
                .anyMatch(pod -> !Pods.isFinished(pod));
    }

    private static boolean isComplete(
            Deployment deployment, ReplicaSet fresh, List<ReplicaSet> old) {
        return RollingUpdate.available(fresh) == deployment.getSpec().getReplicas()
                && old.stream().allMatch(set -> RollingUpdate.size(set) == 0);
    }

    private Result writeStatus(Deployment deployment, List<ReplicaSet> owned) {
        Progress progress =
                new Progress(
                        deployment, owned, Templates.newest(deployment, owned), clock.instant());
        DeploymentStatus status = progress.status();
        if (!status.equals(deployment.getStatus())) {
            deploymentClient.updateStatus(deployment.edit().withStatus(status).build());
        }
        return progress.untilDeadline(status).map(Result::requeueAfter).orElse(Result.done());
    }

    private static boolean isPaused(Deployment deployment) {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }
}

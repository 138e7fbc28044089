package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Auditor;
import io.felucca.apiserver.api.UserInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What an auditor is told of a call. */
final class Recording {
    /** Who could not show who he is. */
    static final UserInfo NOBODY = new UserInfo("", "", List.of(), Map.of());

    private Recording() {}

    static Auditor.Asked of(Call call, UserInfo sender) {
        RequestPath path = call.path();
        String query = call.exchange().rawQuery();
        boolean acting = !sender.equals(NOBODY) && !sender.equals(call.user());
        return new Auditor.Asked(
                call.id(),
                path.isResource()
                        ? Router.verbOf(call)
                        : call.exchange().method().toLowerCase(Locale.ROOT),
                query.isEmpty()
                        ? call.exchange().rawPath()
                        : call.exchange().rawPath() + "?" + query,
                sender,
                acting ? Optional.of(call.user()) : Optional.empty(),
                addresses(call),
                call.userAgent(),
                path.isResource() ? Optional.of(path.groupVersionResource()) : Optional.empty(),
                path.subresource(),
                path.namespace(),
                path.name(),
                path.path());
    }

    /** Those that proxies on the way name, then who is connected. */
    private static List<String> addresses(Call call) {
        List<String> addresses = new ArrayList<>();
        for (String header : call.exchange().headers("x-forwarded-for")) {
            for (String one : header.split(",", -1)) {
                if (!one.isBlank()) {
                    addresses.add(one.trim());
                }
            }
        }
        String peer = call.exchange().remoteAddress().getHostString();
        if (!addresses.contains(peer)) {
            addresses.add(peer);
        }
        return addresses;
    }
}

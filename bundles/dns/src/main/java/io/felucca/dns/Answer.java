package io.felucca.dns;

import java.util.List;

/**
 * What is known about a question.
 *
 * @param authority the start of authority if there is nothing to answer
 * @param unfinished a name outside of the cluster at which an alias ends, or null
 */
record Answer(
        ResponseCode code,
        List<Resource> records,
        List<Resource> authority,
        List<Resource> additional,
        String unfinished) {

    static Answer of(List<Resource> records) {
        return new Answer(ResponseCode.NO_ERROR, records, List.of(), List.of(), null);
    }

    static Answer of(List<Resource> records, List<Resource> additional) {
        return new Answer(ResponseCode.NO_ERROR, records, List.of(), additional, null);
    }

    static Answer failure(ResponseCode code) {
        return new Answer(code, List.of(), List.of(), List.of(), null);
    }
}

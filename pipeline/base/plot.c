/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void lac_plot_quote(struct lac_buffer *to, const char *text)
{
    lac_buffer_add(to, "'");
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p < 32 || *p == 127) continue;
        lac_buffer_add_n(to, p, 1);
        if (*p == '\'') lac_buffer_add(to, "'");
    }
    lac_buffer_add(to, "'");
}

double lac_plot_step(double high, int ticks)
{
    double raw = high / ticks, power = pow(10, floor(log10(raw)));
    double lead = raw / power;
    double step = (lead <= 1                    ? 1
                   : lead <= 2                  ? 2
                   : lead <= 2.5 && power >= 10 ? 2.5
                   : lead <= 5                  ? 5
                                                : 10) *
                  power;
    return fmax(step, 1);
}

double lac_plot_text_width(const char *text)
{
    double pixels = 0;
    for (; *text; text++) {
        if (((unsigned char)*text & 0xC0) == 0x80) continue;
        pixels += (*text >= 'A' && *text <= 'Z') || *text == '_' ? 11.6 : *text == ' ' ? 5.5 : 9.6;
    }
    return pixels;
}

struct child {
    pid_t pid;
    int in, out; /* our ends of its standard input and output */
};

static void close_end(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

static enum lac_status missing(struct lac_error *err, int number)
{
    enum lac_status st = lac_fail(err, LAC_IO, "gnuplot cannot be started: %s", strerror(number));
    lac_error_remedy(err, "install gnuplot 5.4 or later (Debian package gnuplot-nox) and put it on PATH");
    return st;
}

static int spawn_with(struct child *child, const int in[2], const int out[2], char *const argv[])
{
    char path[4096];
    const char *search = getenv("PATH");
    (void)snprintf(path, sizeof path, "PATH=%s", search ? search : "/usr/local/bin:/usr/bin:/bin");
    char locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC";
    char *const environment[] = {path, locale, zone, NULL};
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return failed;
    failed = posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    if (!failed) failed = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (!failed) failed = posix_spawnp(&child->pid, argv[0], &actions, NULL, argv, environment);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static enum lac_status child_start(struct child *child, char *const argv[], struct lac_error *err)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    enum lac_status st = LAC_OK;
    if (pipe(in) || pipe(out)) {
        st = lac_fail(err, LAC_IO, "no pipe for gnuplot: %s", strerror(errno));
        goto cleanup;
    }
    for (int i = 0; i < 2; i++)
        if (fcntl(in[i], F_SETFD, FD_CLOEXEC) || fcntl(out[i], F_SETFD, FD_CLOEXEC)) {
            st = lac_fail(err, LAC_IO, "no pipe for gnuplot: %s", strerror(errno));
            goto cleanup;
        }
    int failed = spawn_with(child, in, out, argv);
    if (failed) {
        st = missing(err, failed);
        goto cleanup;
    }
    child->in = in[1];
    child->out = out[0];
    in[1] = out[0] = -1;
cleanup:
    for (int i = 0; i < 2; i++) {
        close_end(&in[i]);
        close_end(&out[i]);
    }
    return st;
}

/* Writes the next piece of the script; closes the end when all is sent or the child reads no more (its exit
 * status will say why). */
static void child_feed(struct child *child, const char *script, size_t length, size_t *sent)
{
    ssize_t n = write(child->in, script + *sent, length - *sent);
    if (n > 0) *sent += (size_t)n;
    if (*sent == length || (n < 0 && errno != EAGAIN && errno != EINTR)) close_end(&child->in);
}

static void child_collect(struct child *child, struct lac_buffer *output)
{
    char bytes[16384];
    ssize_t n = read(child->out, bytes, sizeof bytes);
    if (n > 0) lac_buffer_add_n(output, bytes, (size_t)n);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) close_end(&child->out);
}

/* Feeds `script` and collects the output until both ends are done. */
static enum lac_status child_talk(struct child *child, const char *script, struct lac_buffer *output,
                                  struct lac_error *err)
{
    size_t length = strlen(script), sent = 0;
    if (fcntl(child->in, F_SETFL, O_NONBLOCK))
        return lac_fail(err, LAC_IO, "pipe to gnuplot: %s", strerror(errno));
    while (child->out >= 0) {
        struct pollfd end[2] = {{child->out, POLLIN, 0}, {child->in, POLLOUT, 0}};
        if (poll(end, child->in >= 0 ? 2 : 1, -1) < 0) {
            if (errno == EINTR) continue;
            return lac_fail(err, LAC_IO, "pipe to gnuplot: %s", strerror(errno));
        }
        if (child->in >= 0 && end[1].revents) child_feed(child, script, length, &sent);
        if (end[0].revents) child_collect(child, output);
    }
    return LAC_OK;
}

static enum lac_status gnuplot(const char *script, struct lac_buffer *output, struct lac_error *err)
{
    struct child child = {-1, -1, -1};
    char program[] = "gnuplot", option[] = "-d";
    char *const argv[] = {program, option, NULL};
    enum lac_status st = child_start(&child, argv, err);
    if (st) return st;
    st = child_talk(&child, script, output, err);
    close_end(&child.in);
    close_end(&child.out);
    int status = 0;
    while (waitpid(child.pid, &status, 0) < 0)
        if (errno != EINTR) return st ? st : lac_fail(err, LAC_IO, "gnuplot was lost: %s", strerror(errno));
    if (st) return st;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return missing(err, ENOENT);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        return lac_fail(err, LAC_DEFECT, "gnuplot refused a script");
    return lac_buffer_status(output, err);
}

enum lac_status lac_plot_check(struct lac_error *err)
{
    struct lac_buffer output = {0};
    enum lac_status st = gnuplot("set print '-'\nprint GPVAL_VERSION\n", &output, err);
    if (!st && output.length == 0) st = missing(err, ENOENT);
    lac_buffer_release(&output);
    return st;
}

/* Cuts the <desc> line, which names the gnuplot version. */
static void drop_version(struct lac_buffer *svg)
{
    char *start = svg->text ? strstr(svg->text, "<desc>") : NULL;
    char *end = start ? strstr(start, "</desc>") : NULL;
    if (!end) return;
    end += strlen("</desc>");
    if (*end == '\n') end++;
    memmove(start, end, svg->length - (size_t)(end - svg->text) + 1);
    svg->length -= (size_t)(end - start);
}

static enum lac_status draw_both(const struct lac_plot *plot, struct lac_buffer *svg, struct lac_buffer *png,
                                 struct lac_error *err)
{
    struct lac_buffer script = {0};
    char name[64];
    size_t n = 0;
    for (const char *p = plot->name; *p && n + 1 < sizeof name; p++) name[n++] = *p == '-' ? '_' : *p;
    name[n] = '\0';
    lac_buffer_printf(&script,
                      "set terminal svg size %d,%d font 'sans-serif,16' noenhanced name '%s' "
                      "background rgb 'white'\n%s",
                      plot->width, plot->height, name, plot->script);
    enum lac_status st = lac_buffer_status(&script, err);
    if (!st) st = gnuplot(script.text, svg, err);
    if (!st) drop_version(svg);
    lac_buffer_clear(&script);
    lac_buffer_printf(&script,
                      "set terminal pngcairo size %d,%d font 'sans-serif,12' fontscale 2 "
                      "linewidth 2 pointscale 2 noenhanced background rgb 'white'\n%s",
                      plot->width * 2, plot->height * 2, plot->script);
    if (!st) st = lac_buffer_status(&script, err);
    if (!st) st = gnuplot(script.text, png, err);
    lac_buffer_release(&script);
    return st;
}

enum lac_status lac_plot_draw(const struct lac_plot *plot, struct lac_buffer *svg, struct lac_buffer *png,
                              struct lac_error *err)
{
    /* A gnuplot that ends early must show as its exit status, not as a signal to this program. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    if (sigaction(SIGPIPE, &ignore, &before)) return lac_fail(err, LAC_IO, "sigaction: %s", strerror(errno));
    enum lac_status st = draw_both(plot, svg, png, err);
    (void)sigaction(SIGPIPE, &before, NULL);
    return st;
}

/* Preloaded into a program, writes to $LOOKUPS each path below the folder $STUDY that it looks up by name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void note(const char *path) {
  const char *study = getenv("STUDY"), *log = getenv("LOOKUPS");
  char here[4096] = "", whole[8192];
  if (!path || !study || !log) return;
  if (path[0] != '/' && !getcwd(here, sizeof here)) return;
  snprintf(whole, sizeof whole, "%s%s%s", here, here[0] ? "/" : "", path);
  if (strncmp(whole, study, strlen(study))) return;
  long file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT, 0600);
  dprintf(file, "%s\n", whole);
  syscall(SYS_close, file);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define OPEN(name)                                                                                  \
  int name(const char *path, int flags, ...) {                                                      \
    va_list rest;                                                                                   \
    va_start(rest, flags);                                                                          \
    mode_t mode = va_arg(rest, mode_t);                                                             \
    va_end(rest);                                                                                   \
    note(path);                                                                                     \
    return NEXT(name)(path, flags, mode);                                                           \
  }
#define OPENAT(name)                                                                                \
  int name(int folder, const char *path, int flags, ...) {                                          \
    va_list rest;                                                                                   \
    va_start(rest, flags);                                                                          \
    mode_t mode = va_arg(rest, mode_t);                                                             \
    va_end(rest);                                                                                   \
    if (folder == AT_FDCWD) note(path);                                                             \
    return NEXT(name)(folder, path, flags, mode);                                                   \
  }
#define FOPEN(name)                                                                                 \
  FILE *name(const char *path, const char *mode) {                                                  \
    note(path);                                                                                     \
    return NEXT(name)(path, mode);                                                                  \
  }
#define STAT(name, kind)                                                                            \
  int name(const char *restrict path, struct kind *restrict found) {                                \
    note(path);                                                                                     \
    return NEXT(name)(path, found);                                                                 \
  }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
FOPEN(fopen)
FOPEN(fopen64)
STAT(stat, stat)
STAT(stat64, stat64)

int access(const char *path, int mode) {
  note(path);
  return NEXT(access)(path, mode);
}

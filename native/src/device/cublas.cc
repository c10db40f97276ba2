#include "device/cublas.h"

#include <dlfcn.h>
#include <glob.h>
#include <sys/stat.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "api/error.h"

namespace rnn4j {
namespace {

constexpr char kNoCublas[] = "none";
constexpr const char* kSonames[] = {"libcublas.so.13", "libcublas.so.12"};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_folder(const std::string& path) {
  struct stat s {};
  return stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

bool exists(const std::string& path) {
  struct stat s {};
  return stat(path.c_str(), &s) == 0;
}

std::vector<std::string> matches(const std::string& pattern) {
  std::vector<std::string> found;
  glob_t g{};
  if (glob(pattern.c_str(), 0, nullptr, &g) == 0) {
    found.assign(g.gl_pathv, g.gl_pathv + g.gl_pathc);
  }
  globfree(&g);
  return found;
}

/// The file that holds `symbol`, as the dynamic linker names it.
std::string file_of(const void* symbol, const std::string& fallback) {
  Dl_info info{};
  return dladdr(symbol, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : fallback;
}

}  // namespace

/// One search: tries places and keeps what each of them answered.
class CublasSearch {
 public:
  /// Loads from exactly this file or folder; what fails is the caller's error.
  Cublas named(const std::string& path, const std::string& origin) {
    for (const std::string& file : files_of(path)) {
      if (auto found = open(file, RTLD_NOW | RTLD_LOCAL)) {
        return *found;
      }
    }
    fail(RNN4J_CUBLAS_NOT_FOUND, "cuBLAS cannot be used from '", path, "', which ", origin, " names:", tried_,
         "\nNo other place was looked at, because this one was asked for.");
  }

  std::optional<Cublas> anywhere() {
    for (const char* soname : kSonames) {
      if (auto found = open(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD)) {
        return found;
      }
    }
    for (const char* soname : kSonames) {
      if (auto found = open(soname, RTLD_NOW | RTLD_LOCAL)) {
        return found;
      }
    }
    for (const std::string& folder : folders()) {
      for (const char* soname : kSonames) {
        const std::string file = folder + "/" + soname;
        if (!exists(file)) {
          note(file, "no such file");
        } else if (auto found = open(file, RTLD_NOW | RTLD_LOCAL)) {
          return found;
        }
      }
    }
    return std::nullopt;
  }

  const std::string& tried() const { return tried_; }

 private:
  static std::vector<std::string> files_of(const std::string& path) {
    if (!is_folder(path)) {
      return {path};
    }
    std::vector<std::string> files;
    for (const char* soname : kSonames) {
      files.push_back(path + "/" + soname);
    }
    return files;
  }

  /// Toolkits, then the folders where Python's wheels put it.
  static std::vector<std::string> folders() {
    std::vector<std::string> all;
    for (const char* name : {"CUDA_HOME", "CUDA_PATH"}) {
      const std::string root = environment(name);
      if (!root.empty()) {
        all.push_back(root + "/lib64");
        all.push_back(root + "/lib");
      }
    }
    for (const std::string& root : matches("/usr/local/cuda*")) {
      all.push_back(root + "/lib64");
    }
    for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
      const std::string root = environment(name);
      if (root.empty()) {
        continue;
      }
      for (const std::string& packages : matches(root + "/lib/python3*/site-packages/nvidia")) {
        all.push_back(packages + "/cu13/lib");
        all.push_back(packages + "/cublas/lib");
      }
    }
    return all;
  }

  std::optional<Cublas> open(const std::string& file, int mode) {
    void* library = dlopen(file.c_str(), mode);
    if (library == nullptr) {
      const char* why = dlerror();
      const bool loaded_only = (mode & RTLD_NOLOAD) != 0;
      note(file, loaded_only ? "not loaded in this process" : why == nullptr ? "unknown" : why);
      return std::nullopt;
    }
    Cublas found;
    std::string missing;
    bind(library, "cublasCreate_v2", found.api_.create, missing);
    bind(library, "cublasDestroy_v2", found.api_.destroy, missing);
    bind(library, "cublasSetStream_v2", found.api_.set_stream, missing);
    bind(library, "cublasSetWorkspace_v2", found.api_.set_workspace, missing);
    bind(library, "cublasSetMathMode", found.api_.set_math_mode, missing);
    bind(library, "cublasGemmEx", found.api_.gemm_ex, missing);
    bind(library, "cublasGetProperty", found.api_.get_property, missing);
    bind(library, "cublasGetStatusString", found.api_.get_status_string, missing);
    if (!missing.empty()) {
      note(file, "it lacks" + missing);
      dlclose(library);
      return std::nullopt;
    }
    const int major = property(found, kCublasMajorVersion);
    found.version_ =
        major * 10000 + property(found, kCublasMinorVersion) * 100 + property(found, kCublasPatchLevel);
    if (major < kCublasOldestMajor) {
      note(file, text("version ", major, " is older than ", kCublasOldestMajor));
      dlclose(library);
      return std::nullopt;
    }
    found.path_ = file_of(reinterpret_cast<const void*>(found.api_.create), file);
    return found;
  }

  template <typename Function>
  static void bind(void* library, const char* name, Function& function, std::string& missing) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) {
      missing += std::string(" ") + name;
    }
  }

  static int property(const Cublas& cublas, int type) {
    int value = 0;
    return cublas.api().get_property(type, &value) == 0 ? value : 0;
  }

  void note(const std::string& place, const std::string& answer) { tried_ += "\n  " + place + ": " + answer; }

  std::string tried_;
};

Cublas Cublas::load(const std::string& path) {
  CublasSearch search;
  const std::string variable = environment("RNN4J_CUBLAS");
  if ((path.empty() ? variable : path) == kNoCublas) {
    Cublas none;
    none.path_ = kNoCublas;
    return none;
  }
  if (!path.empty()) {
    return search.named(path, "the option cublas_path");
  }
  if (!variable.empty()) {
    return search.named(variable, "the environment's RNN4J_CUBLAS");
  }
  if (auto found = search.anywhere()) {
    return *found;
  }
  fail(RNN4J_CUBLAS_NOT_FOUND, "no cuBLAS 13 or 12 was found. Install it (it is part of the CUDA toolkit, and PyPI's ",
       "nvidia-cublas) or name its file or folder in RNN4J_CUBLAS. Looked at:", search.tried());
}

void Cublas::check(int status, const char* call, const char* file, int line) const {
  if (status != 0) {
    fail(RNN4J_CUBLAS_FAILED, call, " at ", file, ":", line, " failed: ", api_.get_status_string(status), " (", status,
         "), cuBLAS ", version_ / 10000, ".", version_ / 100 % 100, ".", version_ % 100, " at ", path_);
  }
}

}  // namespace rnn4j

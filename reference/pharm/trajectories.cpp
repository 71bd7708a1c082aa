// Writes participant_N.csv for each row of the parameters named on the command line; README.md has
// the equations.
#include <algorithm>
#include <array>
#include <boost/numeric/odeint.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using State = std::array<double, 6>;
struct Person {
  double id, ka, v, clo, cl2d6, tlag, ke0, ec50;
  void operator()(const State& x, State& dx, double) const {
    const double c = x[1] / v, through = cl2d6 * x[2] * c;
    dx[0] = -ka * x[0];
    dx[1] = ka * x[0] - clo * c - through;
    dx[2] = 0.0149 * (1 - x[2]) - 2.0 * c / (0.30 + c) * x[2];
    dx[3] = 0.6 * through - 0.25 * x[3];
    dx[4] = ke0 * (c - x[4]);
    dx[5] = 0.5 * (1 + 1.5 * x[4] / (ec50 + x[4])) - 0.5 * x[5];
  }
};

int main(int, char** argv) {
  std::ifstream in(argv[1]);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::replace(line.begin(), line.end(), ',', ' ');
    Person p{};
    std::istringstream(line) >> p.id >> p.ka >> p.v >> p.clo >> p.cl2d6 >> p.tlag >> p.ke0 >>
        p.ec50;
    std::vector<std::pair<double, double>>
        instants;  // time, what enters the gut then; 0: a time to report
    for (double session : {0.0, 672.0, 1344.0}) {
      for (int i = 0; i <= 192; ++i) instants.push_back({session + i * 0.25, 0});
      instants.push_back({session + p.tlag, 72});
      instants.push_back({session + 2 + p.tlag, 36});
    }
    std::stable_sort(instants.begin(), instants.end(),
                     [](auto& a, auto& b) { return a.first < b.first; });
    std::FILE* out =
        std::fopen(("participant_" + std::to_string(static_cast<int>(p.id)) + ".csv").c_str(), "w");
    std::fputs("time_h,GUT_mg,CENT_mg,ENZ_fraction,MET_mg,CE_mg_per_L,RESP\n", out);
    State x{0, 0, 1, 0, 0, 1};
    double t = 0;
    namespace odeint = boost::numeric::odeint;
    const auto stepper =
        odeint::make_controlled(1e-13, 1e-12, odeint::runge_kutta_fehlberg78<State>());
    for (const auto& [time, amount] : instants) {
      if (time > t) odeint::integrate_adaptive(stepper, p, x, t, time, std::min(1e-3, time - t));
      t = time;
      x[0] += amount;
      if (amount > 0) continue;
      std::fprintf(out, "%.17g", t);
      for (double value : x) std::fprintf(out, ",%.17g", value);
      std::fputs("\n", out);
    }
    std::fclose(out);
  }
}
